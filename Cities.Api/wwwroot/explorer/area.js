// An area: drawn as a rectangle or a polygon; the cities in it, how many, and all of them to download.

import { address, ask, requestDetails, send } from "./api.js";
import { byId, element, number, say } from "./dom.js";
import { bounds, rectangle, round, toGeoJson } from "./geometry.js";
import { drawSelection, fit, onClick } from "./map.js";
import { cityList, show, terms } from "./result.js";
import { change, onChange, state } from "./state.js";

const shownCities = 20;
const pageSize = 1000;
const fields = "name,region,country,countryCode,population,location";
const hints = {
  rectangle: "Drag from one corner to the other. Escape ends it.",
  polygon: "Click each corner; a double click or Enter ends it, Escape gives it up.",
};

export function createArea(map) {
  const buttons = { rectangle: byId("rectangle"), polygon: byId("polygon") };
  let mode = null;
  let corners = [];

  for (const [name, button] of Object.entries(buttons))
    button.addEventListener("click", () => draw(mode === name ? null : name));
  byId("visible").addEventListener("click", () => {
    const box = map.getBounds();
    choose(rectangle(box.getWest(), Math.max(box.getSouth(), -90), Math.min(box.getEast(), box.getWest() + 359.99), Math.min(box.getNorth(), 90)));
  });
  byId("clear").addEventListener("click", () => change({ area: null }));
  onChange(() => byId("clear").hidden = !(state.city || state.point || state.area));
  byId("clear").hidden = !(state.city || state.point || state.area);

  addEventListener("keydown", event => {
    if (mode && event.key === "Escape")
      draw(null);
    else if (mode === "polygon" && event.key === "Enter" && event.target.closest("#map"))
      end();
  });

  onClick(event => {
    if (mode === "polygon") {
      corners.push(event.lngLat.toArray());
      outline(corners);
    }
    return mode !== null;
  });
  map.on("dblclick", event => {
    if (mode !== "polygon")
      return;
    event.preventDefault();
    // Its two clicks have made the last corner twice.
    corners.pop();
    end();
  });
  map.on("mousemove", event => {
    if (mode === "polygon" && corners.length > 0)
      outline([...corners, event.lngLat.toArray()]);
  });

  for (const [start, move, stop] of [["mousedown", "mousemove", "mouseup"], ["touchstart", "touchmove", "touchend"]]) {
    map.on(start, event => {
      if (mode !== "rectangle")
        return;
      event.preventDefault();
      const first = event.lngLat.toArray();
      const extend = at => outline(corners = between(first, at.lngLat.toArray()));
      map.on(move, extend);
      map.once(stop, () => {
        map.off(move, extend);
        // The click that follows belongs to it.
        setTimeout(end);
      });
    });
  }

  /** Begins to draw, or ends it. */
  function draw(next) {
    mode = next;
    corners = [];
    for (const [name, button] of Object.entries(buttons))
      button.setAttribute("aria-pressed", `${name === mode}`);
    byId("hint").textContent = hints[mode] ?? "";
    map.getContainer().classList.toggle("drawing", mode !== null);
    map.dragPan[mode === "rectangle" ? "disable" : "enable"]();
    map.doubleClickZoom[mode === "polygon" ? "disable" : "enable"]();
    if (mode !== null)
      map.getCanvas().focus();
  }

  function end() {
    const ring = corners;
    draw(null);
    const [west, south, east, north] = ring.length >= 3 ? bounds(ring) : [0, 0, 0, 0];
    if (west < east && south < north)
      choose(ring);
    else
      say("That is no area.");
  }
}

const between = ([a, b], [c, d]) => rectangle(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d));

const choose = ring => change({ area: ring.map(([longitude, latitude]) => [round(longitude), round(Math.max(-90, Math.min(90, latitude)))]) });

const outline = ring => drawSelection([
  ring.length < 3
    ? { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: ring.length === 1 ? [...ring, ring[0]] : ring } }
    : { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] } },
]);

export const showArea = ring => show(async signal => {
  outline(ring);
  const body = toGeoJson(ring);
  const at = parameters => address("api/v1/cities/within", { fields, lang: state.lang, ...parameters });
  const largest = at({ limit: shownCities, orderBy: "-population", count: "exact" });
  const { count, results } = await ask(largest, { signal, body });
  return [
    element("h2", {}, count === 1 ? "1 city within" : `${number(count)} cities within`),
    terms([["Corners", `${ring.length}`]]),
    element("div", { class: "buttons" },
      button("Download GeoJSON", () => download("cities.geojson", "application/geo+json", geoJson(at, body))),
      button("Download CSV", () => download("cities.csv", "text/csv", csv(at, body))),
      button("Show all of it", () => fit(bounds(ring)))),
    results.length === 0 ? null : element("h3", {}, count > results.length ? `The ${results.length} largest` : "By population"),
    cityList(results),
    requestDetails(largest, body),
  ];
});

const button = (text, action) => element("button", {
  type: "button",
  onclick: async event => {
    const clicked = event.currentTarget;
    clicked.disabled = true;
    try {
      await action();
    } catch (error) {
      say(error.message);
      clicked.textContent = error.message;
    } finally {
      clicked.disabled = false;
    }
  },
}, text);

// The API gives features in pages, and lines without an end.
async function geoJson(at, body) {
  const features = [];
  for (let next = at({ f: "geojson", limit: pageSize }); next;) {
    const page = await ask(next, { body });
    features.push(...page.features);
    const link = page.links?.find(each => each.rel === "next")?.href;
    next = link && new URL(new URL(link).search, next);
  }
  return JSON.stringify({ type: "FeatureCollection", features });
}

const csv = async (at, body) => (await send(at({ f: "csv" }), { body })).text();

async function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([await text], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
