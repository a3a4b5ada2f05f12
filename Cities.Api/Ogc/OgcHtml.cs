using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cities.Api.Ogc;

/// <summary>
/// Writes the pages of OGC API – Features. A page has what the JSON of its resource has, and its links. The script of
/// the pages draws the positions on a map; the rest needs no script.
/// </summary>
/// <param name="request">The request of the page.</param>
internal sealed class OgcHtml(HttpRequest request)
{
    /// <summary>Relations of links that a page shows in another way, or that are of no use on a page.</summary>
    private static readonly HashSet<string> Omitted = ["self", "alternate", "next", "prev", "collection"];

    private readonly StringBuilder _html = new();

    /// <summary>Writes a page.</summary>
    /// <param name="resource">The JSON of the resource.</param>
    public string Write(JsonObject resource)
    {
        var title = Title(resource);
        var hasMap = Text(resource["type"]) is "FeatureCollection" or "Feature";
        var root = request.PathBase.Value;
        _html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        _html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        _html.Append("<meta name=\"color-scheme\" content=\"light dark\">\n");
        Append($"<title>{title} - Cities</title>\n");
        Append($"<link rel=\"icon\" href=\"{root}/favicon.svg\" type=\"image/svg+xml\">\n");
        if (hasMap)
            Append($"<link rel=\"stylesheet\" href=\"{root}/lib/maplibre-gl/maplibre-gl.css\">\n");
        Append($"<link rel=\"stylesheet\" href=\"{root}/explorer/explorer.css\">\n");
        Append($"<script src=\"{root}/explorer/theme.js\"></script>\n");
        if (hasMap)
        {
            Append($"<script src=\"{root}/lib/topojson-client/topojson-client.min.js\" defer></script>\n");
            Append($"<script src=\"{root}/lib/maplibre-gl/maplibre-gl.js\" defer></script>\n");
            Append($"<script src=\"{root}/explorer/features.js\" type=\"module\"></script>\n");
        }

        _html.Append("</head>\n<body>\n<header>\n");
        Append($"<h1><a href=\"{root}/\">Cities</a></h1>\n<nav aria-label=\"More\"><a href=\"{root}/\">Map</a> ");
        Append($"<a href=\"{root}/scalar\">API</a> <button id=\"theme\" type=\"button\">Theme</button></nav>\n");
        _html.Append("</header>\n<main class=\"page\">\n");
        WritePath();
        Append($"<h2>{title}</h2>\n");
        switch (Text(resource["type"]))
        {
            case "FeatureCollection":
                WriteFeatures(resource);
                break;
            case "Feature":
                WriteFeature(resource);
                break;
            default:
                WriteObject(resource, isPage: true);
                break;
        }

        WriteLinks(resource["links"] as JsonArray);
        _html.Append("<p>This page as ");
        Append($"<a href=\"{request.AddressWith(("f", "json"))}\">JSON</a></p>\n");
        return _html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private string Title(JsonObject resource) =>
        Text(resource["title"])
        ?? Text((resource["properties"] as JsonObject)?["name"])
        ?? Text((resource["properties"] as JsonObject)?["code"])
        ?? request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1] switch
        {
            "items" => $"Features of {request.Path.Value.Split('/', StringSplitOptions.RemoveEmptyEntries)[^2]}",
            "conformance" => "Conformance classes",
            "collections" => "Collections",
            var id => id,
        };

    /// <summary>Writes links to the resources that contain this one.</summary>
    private void WritePath()
    {
        _html.Append("<nav class=\"path\" aria-label=\"Path\"><ol>\n");
        var address = request.PathBase.Value;
        foreach (var segment in request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            address += $"/{Uri.EscapeDataString(segment)}";
            var isRoot = address == request.PathBase.Value + OgcEndpoints.Root;
            Append($"<li><a href=\"{address}\">{(isRoot ? "OGC API" : segment)}</a></li>\n");
        }

        _html.Append("</ol></nav>\n");
    }

    private void WriteFeatures(JsonObject page)
    {
        var features = (page["features"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var matched = page["numberMatched"] is { } count ? $" of {Text(count)}" : "";
        Append($"<p>{features.Count.ToString(CultureInfo.InvariantCulture)}{matched} features</p>\n");
        WriteMap();
        var columns = (features.FirstOrDefault()?["properties"] as JsonObject ?? []).Select(each => each.Key).ToList();
        _html.Append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Features\"><table>\n");
        _html.Append("<thead><tr>");
        foreach (var name in columns.Prepend("id"))
            Append($"<th scope=\"col\">{name}</th>");
        _html.Append("</tr></thead>\n<tbody>\n");
        foreach (var feature in features)
        {
            var id = Text(feature["id"]);
            _html.Append("<tr");
            WritePosition(feature);
            Append($"><td><a href=\"{request.PathBase}{request.Path.Value!.TrimEnd('/')}/{id}\">{id}</a></td>");
            foreach (var name in columns)
            {
                _html.Append("<td>");
                WriteValue((feature["properties"] as JsonObject)?[name]);
                _html.Append("</td>");
            }

            _html.Append("</tr>\n");
        }

        _html.Append("</tbody>\n</table></div>\n<p class=\"buttons\">");
        foreach (var (relation, text) in new[] { ("prev", "Previous page"), ("next", "Next page") })
        {
            if (Links(page["links"]).FirstOrDefault(link => Text(link["rel"]) == relation) is { } link)
                Append($"<a rel=\"{relation}\" href=\"{Text(link["href"])}\">{text}</a> ");
        }

        _html.Append("</p>\n");
    }

    private void WriteFeature(JsonObject feature)
    {
        WriteMap();
        _html.Append("<dl");
        WritePosition(feature);
        Append($"><dt>id</dt><dd>{Text(feature["id"])}</dd>");
        foreach (var (name, value) in feature["properties"] as JsonObject ?? [])
            WriteTerm(name, value);
        if ((feature["geometry"] as JsonObject)?["coordinates"] is JsonArray position)
            Append($"<dt>geometry</dt><dd>{string.Join(", ", position.Select(Text))}</dd>");
        _html.Append("</dl>\n");
    }

    private void WriteMap() =>
        _html.Append("<div id=\"map\" class=\"small\" role=\"region\" aria-label=\"Map\" aria-busy=\"true\"></div>\n");

    /// <summary>Writes the attributes of an element that the script draws on the map: degrees only.</summary>
    private void WritePosition(JsonObject feature)
    {
        if (CoordinateSystem.Parse("crs", request.Query["crs"]) == CoordinateSystem.Crs84
            && (feature["geometry"] as JsonObject)?["coordinates"] is JsonArray position)
        {
            Append($" data-position=\"{string.Join(',', position.Select(Text))}\"");
            Append($" data-name=\"{Title(feature)}\"");
        }
    }

    private void WriteObject(JsonObject resource, bool isPage = false)
    {
        if (isPage && Text(resource["description"]) is { } description)
            Append($"<p>{description}</p>\n");
        _html.Append("<dl>");
        foreach (var (name, value) in resource)
        {
            if (name is "links" || (isPage && name is "title" or "description") || name == "collections")
                continue;
            WriteTerm(name, value);
        }

        _html.Append("</dl>\n");
        foreach (var collection in (resource["collections"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var self = Links(collection["links"]).FirstOrDefault(link => Text(link["rel"]) == "self");
            Append($"<h3><a href=\"{Text(self?["href"])}\">{Text(collection["title"])}</a></h3>\n");
            Append($"<p>{Text(collection["description"])}</p>\n");
        }
    }

    private void WriteTerm(string name, JsonNode? value)
    {
        Append($"<dt>{name}</dt><dd>");
        WriteValue(value);
        _html.Append("</dd>\n");
    }

    private void WriteValue(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject content:
                WriteObject(content);
                break;
            case JsonArray { Count: > 0 } items when items.All(item => item is JsonValue && !IsAddress(Text(item))):
                Append($"{string.Join(", ", items.Select(Text))}");
                break;
            case JsonArray items:
                _html.Append("<ul>");
                foreach (var item in items)
                {
                    _html.Append("<li>");
                    WriteValue(item);
                    _html.Append("</li>");
                }

                _html.Append("</ul>");
                break;
            default:
                var text = Text(value);
                if (IsAddress(text))
                    Append($"<a href=\"{text}\">{text}</a>");
                else
                    Append($"{text}");
                break;
        }
    }

    private void WriteLinks(JsonArray? links)
    {
        var shown = Links(links).Where(link => !Omitted.Contains(Text(link["rel"]) ?? "")).ToList();
        if (shown.Count == 0)
            return;
        _html.Append("<h3>Links</h3>\n<ul>\n");
        foreach (var link in shown)
        {
            var relation = Text(link["rel"])!.Split('/')[^1];
            Append($"<li><a href=\"{Text(link["href"])}\">{Text(link["title"]) ?? relation}</a> ");
            Append($"<span class=\"faint\">{relation}</span></li>\n");
        }

        _html.Append("</ul>\n");
    }

    private static IEnumerable<JsonObject> Links(JsonNode? links) => (links as JsonArray ?? []).OfType<JsonObject>();

    private static bool IsAddress(string? text) =>
        text is not null
        && (text.StartsWith("http://", StringComparison.Ordinal)
            || text.StartsWith("https://", StringComparison.Ordinal));

    private static string? Text(JsonNode? value) => value switch
    {
        null => null,
        JsonValue scalar when scalar.GetValueKind() is JsonValueKind.String => scalar.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    /// <summary>Appends HTML with encoded values.</summary>
    private void Append(FormattableString html) =>
        _html.AppendFormat(
            CultureInfo.InvariantCulture,
            html.Format,
            [.. html.GetArguments().Select(value => HtmlEncoder.Default.Encode($"{value}"))]);
}
