// The map of a page of OGC API – Features: the positions that the page lists.

import { byId } from "./dom.js";
import { colours, loadOutlines, outlineFiles } from "./outlines.js";

const { Map, LngLatBounds, NavigationControl, AttributionControl } = maplibregl;

const features = [...document.querySelectorAll("[data-position]")].map(element => ({
  type: "Feature",
  properties: { name: element.dataset.name, address: element.querySelector("a")?.href },
  geometry: { type: "Point", coordinates: element.dataset.position.split(",").map(Number) },
}));

let outlines = { land: collection([]), borders: collection([]) };

if (features.length > 0)
  createMap();
else
  byId("map").remove();

function collection(members) {
  return { type: "FeatureCollection", features: members };
}

function createMap() {
  const bounds = features.reduce(
    (box, feature) => box.extend(feature.geometry.coordinates), new LngLatBounds());
  const map = new Map({
    container: "map",
    style: style(),
    bounds,
    fitBoundsOptions: { padding: 40, maxZoom: 7 },
    maxZoom: 16,
    dragRotate: false,
    pitchWithRotate: false,
    // A page that scrolls does not zoom its map.
    cooperativeGestures: true,
    attributionControl: false,
    locale: { "Map.Title": "Map of features" },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(
    new AttributionControl({ customAttribution: "<a href=\"https://www.geonames.org/\">GeoNames</a>, Natural Earth" }));
  map.on("click", "features", event => {
    const { address } = event.features[0].properties;
    if (address)
      location.assign(address);
  });
  addEventListener("colours", () => map.setStyle(style()));
  map.once("load", async () => {
    try {
      outlines = await loadOutlines(outlineFiles[map.getZoom() > 2.5 ? 1 : 0]);
      map.setStyle(style());
    } catch {
      // The positions are there without the outlines.
    }
  });
  map.on("idle", () => map.getContainer().removeAttribute("aria-busy"));
}

function style() {
  const colour = colours[document.documentElement.dataset.colours];
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: outlines.land },
      borders: { type: "geojson", data: outlines.borders },
      features: { type: "geojson", data: collection(features) },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colour.water } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour.land } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": colour.border, "line-width": 0.8 } },
      {
        id: "features",
        type: "circle",
        source: "features",
        paint: { "circle-color": colour.city, "circle-stroke-color": colour.halo, "circle-stroke-width": 1, "circle-radius": 6 },
      },
      {
        id: "labels",
        type: "symbol",
        source: "features",
        layout: {
          "text-field": ["get", "name"],
          "text-font": ["sans-serif"],
          "text-size": 12.5,
          "text-variable-anchor": ["top", "bottom", "left", "right"],
          "text-radial-offset": 0.7,
        },
        paint: { "text-color": colour.text, "text-halo-color": colour.halo, "text-halo-width": 1.4 },
      },
    ],
  };
}
