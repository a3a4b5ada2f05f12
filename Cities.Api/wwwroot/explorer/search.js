// The search box: a combobox (ARIA Authoring Practices Guide) whose suggestions come as one types.

import { address, ask, isOutdated, latest } from "./api.js";
import { byId, element, number, say } from "./dom.js";
import { change, state } from "./state.js";

const pause = 150;
const next = latest();
let timer;
let found = [];
let active = -1;

export function createSearch() {
  const [form, input, list] = ["search", "query", "suggestions"].map(byId);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const signal = next();
    const query = input.value.trim();
    if (query === "")
      close();
    else
      timer = setTimeout(() => suggest(query, signal), pause);
  });
  input.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      activate((active + step + found.length) % found.length);
    } else if (event.key === "Escape") {
      close();
    }
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", event => {
    event.preventDefault();
    const chosen = found[Math.max(active, 0)];
    if (chosen)
      choose(chosen);
  });

  async function suggest(q, signal) {
    const url = address("api/v1/search", {
      q,
      type: "city,district",
      limit: 8,
      lang: state.lang,
      country: state.country,
      near: state.map && state.map.zoom > 4 ? `${state.map.longitude.toFixed(2)},${state.map.latitude.toFixed(2)}` : "",
    });
    try {
      found = (await ask(url, { signal })).results;
      list.replaceChildren(...found.map(option));
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", `${!list.hidden}`);
      activate(-1);
      say(found.length === 0 ? "No place found" : `${found.length} suggestions`);
    } catch (error) {
      if (!isOutdated(error)) {
        close();
        say(error.message);
      }
    }
  }

  function option(result, index) {
    const place = [result.city, result.region, result.country].filter(Boolean).join(", ");
    return element("li", {
      id: `suggestion-${index}`,
      role: "option",
      "aria-selected": "false",
      // Before the input loses the focus.
      onmousedown: event => {
        event.preventDefault();
        choose(result);
      },
    },
    result.name,
    result.matchedName !== result.name ? ` (${result.matchedName})` : "",
    element("small", {}, result.population > 0 ? `${place} · ${number(result.population)}` : place));
  }

  function activate(index) {
    active = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", `${i === index}`));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", `suggestion-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  /** A city has a card; of a district, what is near is shown. */
  function choose(chosen) {
    input.value = chosen.name;
    next();
    close();
    change(chosen.type === "district" ? { point: chosen.location } : { city: chosen.id });
  }

  function close() {
    clearTimeout(timer);
    found = [];
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  }
}
