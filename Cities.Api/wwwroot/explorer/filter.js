// Language, country and population, and how many cities there are of that kind: in all, and in view.

import { address, ask, isOutdated, latest } from "./api.js";
import { byId, element, number } from "./dom.js";
import { change, onChange, state } from "./state.js";

const languages = ["en", "ar", "zh", "cs", "da", "nl", "fi", "fr", "de", "el", "he", "hi", "hu", "id", "it", "ja", "ko", "no", "fa", "pl",
  "pt", "ro", "ru", "es", "sv", "th", "tr", "uk", "vi"];
const populations = [1000, 5000, 15_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000];
const languageNames = new Intl.DisplayNames("en", { type: "language" });

export const languageName = code => {
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code; // GeoNames has codes that are none of BCP 47.
  }
};

export function createFilter(map) {
  const next = latest();
  const fields = { lang: byId("language"), country: byId("country"), least: byId("least"), most: byId("most") };
  fields.lang.append(option("", "their own language"), ...languages.map(code => option(code, languageName(code))));
  fields.least.append(option("", "any"), ...populations.map(population => option(population, number(population))));
  fields.most.append(option("", "any"), ...populations.map(population => option(population, number(population))));
  for (const [key, field] of Object.entries(fields))
    field.addEventListener("change", () => change({ [key]: field.value }));

  show();
  loadCountries();
  onChange(changed => {
    show();
    if (["map", "country", "least", "most"].some(key => changed.has(key)))
      count();
  });
  map.once("load", count);

  /** A value that the address bar has and the list has not is one all the same. */
  function show() {
    for (const [key, field] of Object.entries(fields)) {
      if (![...field.options].some(each => each.value === state[key]))
        field.append(option(state[key], state[key]));
      field.value = state[key];
    }
  }

  /** The countries that have cities, with how many. */
  async function loadCountries() {
    const { countries } = await ask(address("api/v1/stats"));
    fields.country.length = 1;
    fields.country.append(...countries
      .filter(({ cities }) => cities > 0)
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ code, name, cities }) => option(code, `${name} (${number(cities)})`)));
    show();
  }

  async function count() {
    const signal = next();
    const of = bbox => ask(
      address("api/v1/cities", { limit: 1, fields: "id", count: "exact", country: state.country, minPopulation: state.least, maxPopulation: state.most, bbox }),
      { signal });
    try {
      const [all, visible] = await Promise.all([of(), of(visibleBox())]);
      byId("counts").textContent = `${number(visible.count)} of ${number(all.count)} cities in view`;
    } catch (error) {
      if (!isOutdated(error))
        byId("counts").textContent = error.message;
    }
  }

  /** What the map shows, as the API takes it; nothing where that is all the world. */
  function visibleBox() {
    const box = map.getBounds();
    if (box.getEast() - box.getWest() >= 360)
      return `-180,${box.getSouth().toFixed(4)},180,${box.getNorth().toFixed(4)}`;
    const wrap = longitude => ((longitude + 540) % 360 + 360) % 360 - 180;
    return [wrap(box.getWest()), box.getSouth(), wrap(box.getEast()), box.getNorth()].map(degrees => degrees.toFixed(4)).join(",");
  }
}

const option = (value, text) => element("option", { value: `${value}` }, text);
