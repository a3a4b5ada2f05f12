// The map: land and borders from Natural Earth, cities from the API's tiles, and what is selected.

import { address, identification } from "./api.js";
import { colours, loadOutlines, outlineFiles } from "./outlines.js";
import { change, onChange, state } from "./state.js";

const { Map, NavigationControl, ScaleControl, GeolocateControl, AttributionControl } = maplibregl;

/** Beyond this zoom the coarse outlines look it. The fine ones are as large as all the rest of the page. */
const fineZoom = 2.5;

const longPress = 500;
const empty = { type: "FeatureCollection", features: [] };
let map;
/** How many files of outlines have been drawn, or are on their way. */
let outlines = 0;
let wasPressed = false;
const clicks = [];

/** Handles clicks before the map does: a function that says true has taken it. */
export function onClick(handler) {
  clicks.push(handler);
}

export function createMap(container) {
  // Joins the letters of Arabic and orders names from right to left. It is loaded once there is such a name.
  maplibregl.setRTLTextPlugin(address("lib/mapbox-gl-rtl-text/mapbox-gl-rtl-text.min.js").href, true);
  const { zoom, latitude, longitude } = state.map ?? { zoom: 1.4, latitude: 25, longitude: 10 };
  map = new Map({
    container,
    style: style(),
    center: [longitude, latitude],
    zoom,
    maxZoom: 16,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    // Where nobody may read without saying who they are, tiles are asked for as all else is.
    transformRequest: url => ({ url, headers: identification() }),
    locale: { "Map.Title": "Map of cities" },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new GeolocateControl({}), "top-right");
  map.addControl(new ScaleControl({}), "bottom-right");
  map.addControl(new AttributionControl({ customAttribution: "Land: Natural Earth" }), "bottom-left");

  map.on("moveend", () => {
    const center = map.getCenter().wrap();
    change({ map: { zoom: map.getZoom(), latitude: center.lat, longitude: center.lng } });
    showOutlines();
  });
  map.on("click", event => {
    // The click that ends a long press is no other one.
    if (wasPressed || clicks.some(handler => handler(event)))
      return;
    const [city] = map.queryRenderedFeatures(around(event.point, 6), { layers: ["cities", "labels"] });
    if (city)
      change({ city: city.properties.id });
    else
      choosePoint(event.lngLat);
  });
  handleLongPress();
  map.on("mousemove", ({ point }) =>
    map.getCanvas().style.cursor = map.queryRenderedFeatures(point, { layers: ["cities", "labels"] }).length > 0 ? "pointer" : "");
  addEventListener("colours", () => {
    // Other colours need no data, of whose loading the map tells.
    map.getContainer().setAttribute("aria-busy", "true");
    map.setStyle(style());
  });
  onChange(changed => {
    if (["lang", "country", "least", "most"].some(key => changed.has(key)))
      map.getSource("cities")?.setTiles([tiles()]);
    if (changed.has("map") && state.map)
      show(state.map);
  });
  map.once("load", showOutlines);
  for (const start of ["movestart", "dataloading"])
    map.on(start, () => map.getContainer().setAttribute("aria-busy", "true"));
  map.on("idle", () => map.getContainer().removeAttribute("aria-busy"));
  return map;
}

/** The right button of a mouse, or a finger that stays: a point, wherever it is. */
function handleLongPress() {
  let timer;
  const cancel = () => clearTimeout(timer);
  map.on("contextmenu", event => {
    event.preventDefault();
    cancel();
    choosePoint(event.lngLat);
  });
  map.on("touchstart", event => {
    cancel();
    wasPressed = false;
    if (event.points.length > 1)
      return;
    timer = setTimeout(() => {
      wasPressed = true;
      choosePoint(event.lngLat);
    }, longPress);
  });
  for (const end of ["touchend", "touchcancel", "touchmove", "movestart"])
    map.on(end, cancel);
}

function choosePoint(position) {
  const { lng, lat } = position.wrap();
  change({ point: { longitude: Number(lng.toFixed(5)), latitude: Number(lat.toFixed(5)) } });
}

const around = ({ x, y }, distance) => [[x - distance, y - distance], [x + distance, y + distance]];

const filter = () => ({ country: state.country, minPopulation: state.least, maxPopulation: state.most });

// The template's braces are not to be escaped.
const tiles = () => decodeURI(address("tiles/cities/{z}/{x}/{y}.mvt", { lang: state.lang, ...filter() }).href);

function style() {
  const colour = colours[document.documentElement.dataset.colours];
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: map?.getSource("land")?.serialize().data ?? empty },
      borders: { type: "geojson", data: map?.getSource("borders")?.serialize().data ?? empty },
      cities: { type: "vector", tiles: [tiles()], maxzoom: 14, attribution: "Cities: <a href=\"https://www.geonames.org/\">GeoNames</a>" },
      selection: { type: "geojson", data: map?.getSource("selection")?.serialize().data ?? empty },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colour.water } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour.land } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": colour.border, "line-width": 0.8 } },
      {
        id: "area",
        type: "fill",
        source: "selection",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": colour.chosen, "fill-opacity": 0.15 },
      },
      {
        id: "lines",
        type: "line",
        source: "selection",
        filter: ["!=", ["geometry-type"], "Point"],
        paint: { "line-color": colour.chosen, "line-width": 1.5 },
      },
      {
        id: "cities",
        type: "circle",
        source: "cities",
        "source-layer": "cities",
        layout: { "circle-sort-key": ["get", "population"] },
        paint: {
          "circle-color": colour.city,
          "circle-opacity": 0.75,
          "circle-stroke-color": colour.halo,
          "circle-stroke-width": 0.7,
          // By area: a city of a million is not ten times as wide as one of a hundred thousand.
          "circle-radius": [
            "interpolate", ["linear"], ["zoom"],
            1, ["+", 1.2, ["*", 1.1e-3, ["sqrt", ["get", "population"]]]],
            5, ["+", 2, ["*", 2.2e-3, ["sqrt", ["get", "population"]]]],
            10, ["+", 4, ["*", 4e-3, ["sqrt", ["get", "population"]]]],
          ],
        },
      },
      {
        id: "labels",
        type: "symbol",
        source: "cities",
        "source-layer": "cities",
        layout: {
          "text-field": ["get", "name"],
          "text-font": ["sans-serif"],
          "text-size": ["interpolate", ["linear"], ["get", "population"], 0, 11.5, 1e6, 13.5, 1e7, 16],
          "text-variable-anchor": ["top", "bottom", "left", "right"],
          "text-radial-offset": 0.7,
          "text-padding": 4,
          "symbol-sort-key": ["-", ["get", "population"]],
        },
        paint: { "text-color": colour.text, "text-halo-color": colour.halo, "text-halo-width": 1.4 },
      },
      {
        id: "chosen",
        type: "circle",
        source: "selection",
        filter: ["==", ["geometry-type"], "Point"],
        paint: {
          "circle-radius": ["match", ["get", "kind"], "centre", 8, 5],
          "circle-color": ["match", ["get", "kind"], "centre", colour.chosen, "transparent"],
          "circle-stroke-color": colour.chosen,
          "circle-stroke-width": 2,
        },
      },
    ],
  };
}

/** Draws coarse outlines, and then fine ones where these would show. */
async function showOutlines() {
  for (const file of outlineFiles.slice(outlines, map.getZoom() > fineZoom ? 2 : 1)) {
    outlines++;
    try {
      const { land, borders } = await loadOutlines(file);
      map.getSource("land").setData(land);
      map.getSource("borders").setData(borders);
    } catch {
      // The cities are there without them; the next move tries again.
      outlines--;
    }
  }
}

/** Draws what is selected. */
export function drawSelection(features) {
  const data = { type: "FeatureCollection", features };
  if (map.isStyleLoaded() || map.getSource("selection"))
    map.getSource("selection").setData(data);
  else
    map.once("load", () => map.getSource("selection").setData(data));
}

export const pointFeature = ({ longitude, latitude }, kind) =>
  ({ type: "Feature", properties: { kind }, geometry: { type: "Point", coordinates: [longitude, latitude] } });

/** Shows a view, unless it is the one that is shown. */
function show({ zoom, latitude, longitude }) {
  const center = map.getCenter().wrap();
  if (Math.abs(map.getZoom() - zoom) > 0.01 || Math.abs(center.lat - latitude) > 1e-4 || Math.abs(center.lng - longitude) > 1e-4)
    map.jumpTo({ center: [longitude, latitude], zoom });
}

/** Moves to a place, unless it can be seen already. */
export function flyTo({ longitude, latitude }, zoom) {
  if (map.getZoom() < zoom || !map.getBounds().contains([longitude, latitude]))
    map.flyTo({ center: [longitude, latitude], zoom: Math.max(zoom, map.getZoom()), maxDuration: 1500 });
}

/** Shows all of a box: west, south, east, north. */
export function fit([west, south, east, north]) {
  map.fitBounds([[west, south], [east, north]], { padding: 40, maxZoom: 12, maxDuration: 1500 });
}
