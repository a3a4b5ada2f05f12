// A point: which city it is near, and the ten nearest, with their distances and bearings.

import { address, ask, requestDetails } from "./api.js";
import { coordinates, copyButton, element, kilometres } from "./dom.js";
import { bearing, bounds, compass } from "./geometry.js";
import { drawSelection, fit, flyTo, pointFeature } from "./map.js";
import { cityList, show } from "./result.js";
import { mayEdit } from "./session.js";
import { state } from "./state.js";

export const showPoint = point => show(async signal => {
  drawSelection([pointFeature(point, "centre")]);
  const position = { lat: point.latitude, lon: point.longitude, lang: state.lang };
  const nearest = address("api/v1/cities/nearest", { ...position, k: 10, fields: "name,region,country,location,distance" });
  // The map names the nearest city also in the middle of an ocean.
  const reverse = address("api/v1/reverse", { ...position, radius: 20_040_000 });
  const [there, near] = await Promise.all([ask(reverse, { signal }), ask(nearest, { signal })]);
  const cities = near.results.map(city => ({ ...city, bearing: bearing(point, city.location) }));
  const lines = cities.map(city => line(point, city.location));
  drawSelection([
    ...lines,
    ...cities.map(city => pointFeature(city.location, "found")),
    pointFeature(point, "centre"),
  ]);
  flyTo(point, 3);
  return [
    element("h2", {}, coordinates(point)),
    element("p", {},
      `${kilometres(there.distance)} ${compass(bearing(there.location, point)).split(" ")[1]} of `,
      element("strong", {}, there.name),
      `, ${[there.subregion, there.region, there.country].filter(Boolean).join(", ")}`),
    element("div", { class: "buttons" },
      copyButton("Copy coordinates", () => coordinates(point)),
      element("button", { type: "button", onclick: () => fit(bounds(lines.flatMap(each => each.geometry.coordinates))) }, "Show all ten"),
      mayEdit() && element("button", { type: "button", onclick: async () => (await import("./edit.js")).addPlace(point) }, "Add a place")),
    element("h3", {}, "The ten nearest"),
    cityList(cities),
    requestDetails(reverse),
    requestDetails(nearest),
  ];
});

/** A line from a point to another, the shorter way around. */
function line(from, to) {
  const turn = Math.round((from.longitude - to.longitude) / 360) * 360;
  return {
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates: [[from.longitude, from.latitude], [to.longitude + turn, to.latitude]] },
  };
}
