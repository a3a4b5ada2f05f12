using System.Text;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Cities.Browser.Tests;

/// <summary>Accessibility, as far as axe-core can tell.</summary>
internal static class Accessibility
{
    private static readonly List<string> Tags =
        ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    /// <summary>Fails where the page, as it is now, is at odds with WCAG 2.2 AA or axe-core's best practices.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = Tags } });
        Assert.True(result.Violations.Length == 0, Describe(result.Violations));
    }

    private static string Describe(AxeResultItem[] violations)
    {
        var text = new StringBuilder();
        foreach (var violation in violations)
        {
            text.AppendLine().Append(violation.Id).Append(" (").Append(violation.Impact).Append("): ")
                .Append(violation.Help).Append(", ").AppendLine(violation.HelpUrl);
            foreach (var node in violation.Nodes)
            {
                text.Append("  ").Append(node.Target).Append(": ").AppendLine(node.Html);
                foreach (var check in node.Any.Concat(node.All).Concat(node.None))
                    text.Append("    ").AppendLine(check.Message);
            }
        }

        return text.ToString();
    }
}
