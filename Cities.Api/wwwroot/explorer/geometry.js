// Directions, and areas as the API takes them. Positions are [longitude, latitude] in degrees.

const radians = degrees => degrees * Math.PI / 180;

/** The initial bearing from a point to another on a sphere, in degrees clockwise from north. */
export function bearing(from, to) {
  const [a, b] = [radians(from.latitude), radians(to.latitude)];
  const turn = radians(to.longitude - from.longitude);
  const degrees = Math.atan2(
    Math.sin(turn) * Math.cos(b),
    Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn)) * 180 / Math.PI;
  return (degrees + 360) % 360;
}

const points = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

/** A bearing as people say it: "52° NE". */
export const compass = degrees => `${Math.round(degrees) % 360}° ${points[Math.round(degrees / 45) % 8]}`;

export const rectangle = (west, south, east, north) => [[west, south], [east, south], [east, north], [west, north]];

/** West, south, east, north of a ring. */
export function bounds(ring) {
  const [longitudes, latitudes] = [ring.map(position => position[0]), ring.map(position => position[1])];
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

/**
 * A ring as GeoJSON. Where it crosses the antimeridian it is cut there, as RFC 7946 has it; a ring around the world is cut off
 * to be once around.
 */
export function toGeoJson(ring) {
  const [west, , east] = bounds(ring);
  const turns = [];
  for (let turn = Math.floor((west + 180) / 360); turn <= Math.floor((east + 180) / 360) && turns.length < 2; turn++)
    turns.push(turn);
  const polygons = turns
    .map(turn => cut(ring, turn * 360 - 180, turn * 360 + 180).map(([longitude, latitude]) => [round(longitude - turn * 360), round(latitude)]))
    .filter(part => part.length >= 3)
    .map(part => [[...part, part[0]]]);
  return polygons.length === 1
    ? { type: "Polygon", coordinates: polygons[0] }
    : { type: "MultiPolygon", coordinates: polygons };
}

export const round = degrees => Number(degrees.toFixed(5));

/** The part of a ring between two meridians (Sutherland and Hodgman's algorithm). */
function cut(ring, west, east) {
  const half = (part, inside, meridian) => part.flatMap((position, index) => {
    const before = part.at(index - 1);
    const crossing = inside(position) === inside(before)
      ? []
      : [[meridian, before[1] + (position[1] - before[1]) * (meridian - before[0]) / (position[0] - before[0])]];
    return inside(position) ? [...crossing, position] : crossing;
  });
  return half(half(ring, ([longitude]) => longitude >= west, west), ([longitude]) => longitude <= east, east);
}
