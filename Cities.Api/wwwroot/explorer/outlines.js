// The outlines of land and countries: Natural Earth's, from the package world-atlas.

import { address } from "./api.js";

/** Gets them, in one of the package's scales ("110m" is coarse, "50m" fine): a feature of land and one of borders. */
export async function loadOutlines(scale) {
  const response = await fetch(address(`lib/world-atlas/countries-${scale}.json`));
  if (!response.ok)
    throw new Error(`There are no outlines: ${response.status}.`);
  const world = await response.json();
  const land = topojson.merge(world, world.objects.countries.geometries);
  const borders = topojson.mesh(world, world.objects.countries, (a, b) => a !== b);
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
