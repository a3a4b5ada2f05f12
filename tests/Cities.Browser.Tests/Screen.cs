using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>What a page is looked at with.</summary>
internal static class Screen
{
    /// <summary>A window of 1280 by 800 pixels, and a mouse.</summary>
    public static BrowserNewContextOptions Desktop => new()
    {
        ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        ColorScheme = ColorScheme.Light,
        // Nothing moves of itself: a picture is the same whenever it is taken.
        ReducedMotion = ReducedMotion.Reduce,
        Locale = "en-GB",
        TimezoneId = "UTC",
    };

    /// <summary>A phone, 390 by 844 CSS pixels of 2 by 2, and a finger.</summary>
    public static BrowserNewContextOptions Phone => new(Desktop)
    {
        ViewportSize = new ViewportSize { Width = 390, Height = 844 },
        DeviceScaleFactor = 2,
        IsMobile = true,
        HasTouch = true,
    };

    /// <summary>The same, of somebody who has asked for dark colours.</summary>
    public static BrowserNewContextOptions Dark(this BrowserNewContextOptions screen) =>
        new(screen) { ColorScheme = ColorScheme.Dark };
}
