// The outlines of land and countries: Natural Earth's, from the package world-atlas.

import { address } from "./api.js";

/** The colours of maps in both themes. */
export const colours = {
  light: { water: "#d7e8f3", land: "#fbfaf6", border: "#b9b4a6", city: "#14608f", halo: "#fbfaf6", text: "#1b2733", chosen: "#b3261e" },
  dark: { water: "#0f1720", land: "#1e2832", border: "#4d5a67", city: "#7cc4f0", halo: "#12181f", text: "#e6ecf2", chosen: "#ffb4a9" },
};

/** The package's files, from coarse to fine: land alone, and land with borders. */
export const outlineFiles = ["land-110m", "countries-50m"];

/** Gets one of them: a feature of land, and one of borders. */
export async function loadOutlines(file) {
  const response = await fetch(address(`lib/world-atlas/${file}.json`));
  if (!response.ok)
    throw new Error(`There are no outlines: ${response.status}.`);
  const world = await response.json();
  const { land: shapes, countries } = world.objects;
  const land = topojson.merge(world, shapes.geometries);
  const borders = countries ? topojson.mesh(world, countries, (a, b) => a !== b) : { coordinates: [] };
  return {
    land: feature({ type: "MultiPolygon", coordinates: land.coordinates.map(polygon => polygon.map(closeOverPole)) }),
    borders: feature({ type: "MultiLineString", coordinates: borders.coordinates.map(unwrap) }),
  };
}

const feature = geometry => ({ type: "Feature", properties: {}, geometry });

/**
 * The outlines are those of a globe, and go on across the antimeridian; on a plane a line from 179 to -179 degrees would go around
 * the world. Longitudes go on here instead (to 181), which the map shows where they belong.
 */
function unwrap(line) {
  let turn = 0;
  return line.map(([longitude, latitude], index) => {
    if (index > 0)
      turn -= Math.round((longitude - line[index - 1][0]) / 360) * 360;
    return [longitude + turn, latitude];
  });
}

/** What goes around a pole, as Antarctica does, is closed over it. */
function closeOverPole(ring) {
  const unwrapped = unwrap(ring);
  const [first, last] = [unwrapped[0], unwrapped.at(-1)];
  if (Math.abs(last[0] - first[0]) < 1)
    return unwrapped;
  const pole = first[1] < 0 ? -90 : 90;
  return [...unwrapped, [last[0], pole], [first[0], pole], first];
}
