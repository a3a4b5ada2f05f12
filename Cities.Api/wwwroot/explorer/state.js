// What is seen, and the address bar, which always says it.
//
//   #map=5.20/51.508/-0.126&lang=fr&country=GB&least=1000&most=…      the view
//   &city=2643743   or   &point=-0.1,51.5   or   &area=-0.5,51.3;0.3,51.3;…      what is selected (longitude before latitude)

const listeners = new Set();

/** @type {{map: ?{zoom: number, latitude: number, longitude: number}, lang: string, country: string, least: string, most: string,
 *   city: ?number, point: ?{longitude: number, latitude: number}, area: ?Array<[number, number]>}} */
export const state = read();

/** Calls a listener with the names of what has changed. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Changes the state. What is selected is a step back in the browser's history; what the map shows is none. */
export function change(values) {
  if (["city", "point", "area"].some(key => key in values))
    values = { city: null, point: null, area: null, ...values };
  const changed = Object.keys(values).filter(key => JSON.stringify(values[key]) !== JSON.stringify(state[key]));
  if (changed.length === 0)
    return;
  Object.assign(state, values);
  const step = changed.some(key => ["city", "point", "area"].includes(key));
  history[step ? "pushState" : "replaceState"](null, "", write());
  notify(changed);
}

addEventListener("popstate", restore);
addEventListener("hashchange", restore);

function restore() {
  const next = read();
  const changed = Object.keys(next).filter(key => JSON.stringify(next[key]) !== JSON.stringify(state[key]));
  Object.assign(state, next);
  if (changed.length > 0)
    notify(changed);
}

function notify(changed) {
  for (const listener of listeners)
    listener(new Set(changed));
}

function read() {
  const values = new URLSearchParams(location.hash.slice(1));
  const [zoom, latitude, longitude] = numbersOf(values.get("map"), "/");
  const point = numbersOf(values.get("point"), ",");
  const area = (values.get("area") ?? "").split(";").map(text => numbersOf(text, ",")).filter(position => position.length === 2);
  return {
    map: longitude === undefined ? null : { zoom, latitude, longitude },
    lang: values.get("lang") ?? "",
    country: values.get("country") ?? "",
    least: values.get("least") ?? "",
    most: values.get("most") ?? "",
    city: Number.parseInt(values.get("city"), 10) || null,
    point: point.length === 2 ? { longitude: point[0], latitude: point[1] } : null,
    area: area.length >= 3 ? area : null,
  };
}

function numbersOf(text, separator) {
  const values = (text ?? "").split(separator).map(Number.parseFloat);
  return values.every(Number.isFinite) ? values : [];
}

function write() {
  const { map, lang, country, least, most, city, point, area } = state;
  const parts = {
    map: map && `${map.zoom.toFixed(2)}/${map.latitude.toFixed(4)}/${map.longitude.toFixed(4)}`,
    lang,
    country,
    least,
    most,
    city,
    point: point && `${point.longitude},${point.latitude}`,
    area: area?.map(position => position.join(",")).join(";"),
  };
  const text = Object.entries(parts).filter(([, value]) => value).map(([key, value]) => `${key}=${encodeURI(value)}`).join("&");
  return `#${text}`;
}
