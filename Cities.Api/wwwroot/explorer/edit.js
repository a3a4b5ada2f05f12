// Corrections, for those who have signed in as editors: loaded when they are first wanted.

import { address, ask, send } from "./api.js";
import { element, say } from "./dom.js";
import { show } from "./result.js";
import { openDialog } from "./session.js";
import { change } from "./state.js";

const base = "api/v1/admin/cities";
/** Milliseconds after which every replica answers with a change. */
const untilKnown = 1200;
const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** What can be corrected, and how it is put in. */
const fields = [
  { name: "name", label: "Name", type: "text", required: true, maxlength: 200 },
  { name: "featureCode", label: "Feature code", type: "text", required: true, maxlength: 10 },
  { name: "population", label: "Population", type: "number", required: true, min: 0, step: 1 },
  { name: "elevation", label: "Elevation in metres", type: "number", step: 1 },
  { name: "timezone", label: "Time zone", type: "text", maxlength: 40 },
  { name: "longitude", label: "Longitude", type: "number", required: true, min: -180, max: 180, step: "any" },
  { name: "latitude", label: "Latitude", type: "number", required: true, min: -90, max: 90, step: "any" },
];

/** Opens a city to be corrected. */
export async function editCity(id) {
  const response = await send(address(`${base}/${id}`));
  const city = await response.json();
  const write = writer(response.headers.get("ETag"));
  const isLocal = city.origin === "local";
  const current = flat(city.values);
  const inputs = inputsOf(current);
  const corrected = new Set(city.corrected);
  const rows = fields.flatMap(({ name, label }) => [
    element("label", { for: `edit-${name}` }, label),
    element("div", { class: "wide" }, inputs[name], geoNames(name)),
  ]);

  const dialog = openDialog(`Correct ${current.name}`,
    form(rows, "Save", () => {
      const body = changes(current, read(inputs));
      return Object.keys(body).length === 0 ? null
        : write(`${base}/${id}`, { method: "PATCH", type: "application/merge-patch+json", body });
    }),
    isLocal
      ? action("Delete this place", () => write(`${base}/${id}`, { method: "DELETE" }), () => change({ city: null }))
      : null,
    element("h3", {}, "Names added here"),
    element("ul", { class: "names" }, ...city.names.map(name => element("li", {},
      `${name.name}${name.language ? ` (${name.language})` : ""} `,
      action(`Delete ${name.name}`, () => write(`${base}/${id}/alternative-names/${name.id}`, { method: "DELETE" }))))),
    nameForm(),
    history());

  /** What GeoNames says of a corrected value, and the way back to it. */
  function geoNames(name) {
    const member = ["longitude", "latitude"].includes(name) ? "location" : name;
    if (isLocal || !corrected.has(member))
      return null;
    return element("small", {},
      `GeoNames: ${flat(city.geonames)[name] ?? "not known"} `,
      action("Take back", () => write(address(`${base}/${id}/corrections`, { fields: member }), { method: "DELETE" })));
  }

  function nameForm() {
    const name = element("input", { id: "new-name", type: "text", required: true, maxlength: 200 });
    const language = element("input", { id: "new-language", type: "text", maxlength: 7 });
    const preferred = element("input", { id: "new-preferred", type: "checkbox" });
    return form([
      element("label", { for: "new-name" }, "Another name"), element("div", { class: "wide" }, name),
      element("label", { for: "new-language" }, "Language"), element("div", { class: "wide" }, language),
      element("label", { for: "new-preferred" }, "Preferred"), element("div", { class: "wide" }, preferred),
    ], "Add name", () => write(`${base}/${id}/alternative-names`, {
      type: "application/json",
      body: { name: name.value, language: language.value || null, isPreferred: preferred.checked },
    }));
  }

  function history() {
    const list = element("ul", { class: "names" });
    const details = element("details", { ontoggle: async () => {
      const { results } = await ask(address(`${base}/${id}/audit`, { limit: 50 }));
      list.replaceChildren(...results.map(({ at, actor, issuer, action: done, before, after }) => element("li", {},
        element("span", { class: "faint" }, `${time.format(new Date(at))}, ${issuer ? `${actor} (${issuer})` : actor}: `), `${done} ${difference(before, after)}`)));
    } }, element("summary", {}, "History"), list);
    return details;
  }

  /** A button for something that is done at once, after which the dialog shows what has become of it. */
  function action(label, act, then = () => editCity(id)) {
    return element("button", {
      type: "button",
      onclick: () => attempt(dialog, act, then),
    }, label);
  }
}

/** Opens a form for a place that GeoNames does not have. */
export async function addPlace(point) {
  const { results: [nearest] } = await ask(address("api/v1/cities/nearest", {
    lat: point.latitude, lon: point.longitude, k: 1, fields: "countryCode,timezone",
  }));
  const inputs = inputsOf({ featureCode: "PPL", population: 0, timezone: nearest?.timezone, ...point });
  const country = element("input", { id: "edit-country", type: "text", required: true, pattern: "[A-Za-z]{2}", value: nearest?.countryCode });
  openDialog("Add a place",
    form([
      ...fields.flatMap(({ name, label }) => [
        element("label", { for: `edit-${name}` }, label), element("div", { class: "wide" }, inputs[name]),
      ]),
      element("label", { for: "edit-country" }, "Country"), element("div", { class: "wide" }, country),
    ], "Add", async () => {
      const { longitude, latitude, ...rest } = read(inputs);
      const response = await send(address(base), {
        type: "application/json",
        body: { ...rest, countryCode: country.value.toUpperCase(), location: { longitude, latitude } },
      });
      change({ city: (await response.json()).id });
    }));
}

/** Shows what has been corrected and added. */
export const showCorrections = () => show(async signal => {
  const { count, results } = await ask(address(base, { limit: 200 }), { signal });
  return [
    element("h2", {}, count === 1 ? "1 correction" : `${count} corrections`),
    results.length === 0
      ? element("p", {}, "Choose a city on the map, and correct it; or a point, and add a place.")
      : element("ol", { class: "places" }, ...results.map(({ id, origin, name, corrected, changedBy, changedAt }) => element("li", {},
        element("button", { type: "button", onclick: () => change({ city: id }) }, name ?? `${id}, which is not there now`),
        element("span", { class: "faint" }, `${origin === "local" ? "added" : corrected.join(", ")} by ${changedBy}, ${time.format(new Date(changedAt))}`)))),
  ];
});

const writer = etag => (path, options) => send(path instanceof URL ? path : address(path), { ...options, headers: { "If-Match": etag } });

/** A form in a dialog: what is wrong with what is put in stands below it. */
function form(rows, label, save) {
  const made = element("form", { class: "fields" }, ...rows,
    element("div", { class: "buttons wide" },
      element("button", {}, label),
      element("button", { type: "button", onclick: () => made.closest("dialog").close() }, "Close")));
  made.addEventListener("submit", event => {
    event.preventDefault();
    attempt(made.closest("dialog"), save);
  });
  return made;
}

/** Does something that changes cities. The dialog goes when it is done, and says why when it cannot be. */
async function attempt(dialog, act, then) {
  dialog.querySelector("[role=alert]")?.remove();
  try {
    await act();
    dialog.close();
    say("Saved");
    setTimeout(() => dispatchEvent(new Event("edited")), untilKnown);
    await then?.();
  } catch (error) {
    dialog.append(element("p", { class: "error", role: "alert" }, error.message));
  }
}

/** Values with the coordinates among them. */
const flat = ({ location, ...rest }) => ({ ...rest, ...location });

const inputsOf = current => Object.fromEntries(fields.map(({ name, label, ...properties }) =>
  [name, element("input", { id: `edit-${name}`, value: current[name], ...properties })]));

const read = inputs => Object.fromEntries(fields.map(({ name, type }) => {
  const { value } = inputs[name];
  return [name, value === "" ? null : type === "number" ? Number(value) : value];
}));

/** A merge patch (RFC 7396) that makes one of the other. */
function changes(before, after) {
  const { longitude, latitude, ...rest } = after;
  const patch = Object.fromEntries(Object.entries(rest).filter(([name, value]) => value !== (before[name] ?? null)));
  if (longitude !== before.longitude || latitude !== before.latitude)
    patch.location = { longitude, latitude };
  return patch;
}

/** What of a row has changed, in words. */
const difference = (before, after) => [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  .filter(name => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
  .map(name => before && after ? `${name}: ${text(before[name])} → ${text(after[name])}` : `${name}: ${text((after ?? before)[name])}`)
  .join("; ");

const text = value => value === null || value === undefined ? "none" : typeof value === "object" ? JSON.stringify(value) : `${value}`;
