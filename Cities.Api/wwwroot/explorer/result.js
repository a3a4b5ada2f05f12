// Shows one selection at a time. A change of the selection or of the language draws it again.

import { isOutdated, latest } from "./api.js";
import { byId, element, kilometres, number } from "./dom.js";
import { compass } from "./geometry.js";
import { change } from "./state.js";

const next = latest();

/** Fills the panel with what a function makes; what it has not made by the time of the next call is dropped. */
export async function show(make) {
  const signal = next();
  const result = byId("result");
  result.setAttribute("aria-busy", "true");
  try {
    const parts = await make(signal);
    if (signal.aborted)
      return;
    result.replaceChildren(...parts.filter(Boolean));
  } catch (error) {
    if (isOutdated(error))
      return;
    result.replaceChildren(element("p", { class: "error", role: "alert" }, error.message));
  }
  result.removeAttribute("aria-busy");
}

export function clear() {
  next();
  byId("result").replaceChildren();
}

/** A list of cities to choose from, with their distances and bearings where they have them. */
export const cityList = cities => element("ol", { class: "places" }, ...cities.map(city =>
  element("li", {},
    element("button", { type: "button", onclick: () => change({ city: city.id }) },
      city.name,
      city.country || city.region ? element("span", { class: "faint" }, ` ${[city.region, city.country].filter(Boolean).join(", ")}`) : null),
    element("span", { class: "faint" },
      city.distance === undefined ? number(city.population) : `${kilometres(city.distance)}, ${compass(city.bearing)}`))));

/** Terms and what they are; those that are not known are left out. */
export const terms = entries => element("dl", {}, ...entries
  .filter(([, value]) => value !== null && value !== undefined && value !== "")
  .flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]));
