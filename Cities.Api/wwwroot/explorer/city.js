// The card of a city.

import { address, ask, requestDetails } from "./api.js";
import { byId, coordinates, copyButton, element, number } from "./dom.js";
import { languageName } from "./filter.js";
import { drawSelection, flyTo, pointFeature } from "./map.js";
import { show, terms } from "./result.js";
import { mayEdit } from "./session.js";
import { change, state } from "./state.js";

const fields = "name,region,subregion,country,countryCode,population,elevation,timezone,location,origin";
const origins = { corrected: "GeoNames, corrected here", local: "Added here" };
const shownNames = 12;
const cityZoom = 6;
let clock;

export const showCity = id => show(async signal => {
  const url = address(`api/v1/cities/${id}`, { fields, lang: state.lang });
  const [city, names] = await Promise.all([
    ask(url, { signal }),
    ask(address(`api/v1/cities/${id}/names`, { limit: 1000 }), { signal }),
  ]);
  drawSelection([pointFeature(city.location, "centre")]);
  flyTo(city.location, cityZoom);
  return [
    element("h2", {}, city.name),
    terms([
      ["Region", [city.subregion, city.region].filter(Boolean).join(", ")],
      ["Country", `${city.country} (${city.countryCode})`],
      ["Population", city.population > 0 ? number(city.population) : "not known"],
      ["Elevation", city.elevation === null ? null : `${number(city.elevation)} m`],
      ["Time zone", city.timezone],
      ["Local time", city.timezone && localTime(city.timezone)],
      ["Coordinates", coordinates(city.location)],
      [city.origin === "local" ? "Local id" : "GeoNames id", `${city.id}`],
      ["Origin", origins[city.origin]],
    ]),
    element("div", { class: "buttons" },
      copyButton("Copy coordinates", () => coordinates(city.location)),
      element("button", { type: "button", onclick: () => change({ point: city.location }) }, "What is near"),
      element("button", { type: "button", onclick: () => flyTo(city.location, 11) }, "Zoom in"),
      mayEdit() && element("button", { type: "button", onclick: async () => (await import("./edit.js")).editCity(city.id) }, "Edit")),
    namesOf(names.results),
    requestDetails(url),
  ];
});

/** The time there, which goes on as long as it is shown. */
function localTime(timeZone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "shortOffset" });
  const time = element("time", {}, format.format());
  clearInterval(clock);
  clock = setInterval(() => {
    if (time.isConnected)
      time.textContent = format.format();
    else if (byId("result").getAttribute("aria-busy") === null)
      clearInterval(clock);
  }, 1000);
  return time;
}

/** Names by language, the preferred ones first. */
function namesOf(names) {
  const current = names.filter(name => ["name", "listed"].includes(name.kind) && !name.isHistoric)
    .sort((a, b) => b.isPreferred - a.isPreferred);
  const byLanguage = Map.groupBy(current, name => name.language ?? "");
  if (byLanguage.size === 0)
    return null;
  const items = [...byLanguage]
    .map(([language, all]) => [language === "" ? "" : languageName(language), language, [...new Set(all.map(name => name.name))].join(", ")])
    .sort(([a], [b]) => (a === "") - (b === "") || a.localeCompare(b))
    .map(([name, language, text]) =>
      element("li", {}, element("span", { class: "faint" }, name || "Other"), " ", element("span", { lang: language || null, dir: "auto" }, text)));
  const rest = items.slice(shownNames);
  return element("section", {},
    element("h3", {}, "Names"),
    element("ul", { class: "names" }, ...items.slice(0, shownNames)),
    rest.length === 0 ? null : element("details", {},
      element("summary", {}, `${rest.length} more languages`),
      element("ul", { class: "names" }, ...rest)));
}
