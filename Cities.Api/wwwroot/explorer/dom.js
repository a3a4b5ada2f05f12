// What the parts of the page share: elements, numbers, copying.

/** Makes an element. Properties beginning with "on" are listeners; others are attributes. Children are elements or texts. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on"))
      made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false)
      made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(child => child !== undefined && child !== null && child !== false));
  return made;
}

export const byId = id => document.getElementById(id);

const numbers = new Intl.NumberFormat("en");
export const number = value => numbers.format(value);

/** Metres as kilometres, with a decimal where they are few. */
export const kilometres = metres =>
  `${new Intl.NumberFormat("en", { maximumFractionDigits: metres < 100_000 ? 1 : 0 }).format(metres / 1000)} km`;

export const coordinates = ({ longitude, latitude }) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** Says something to those who do not see the page. */
export function say(text) {
  byId("status").textContent = text;
}

export function copyButton(label, text) {
  return element("button", {
    type: "button",
    onclick: async event => {
      const button = event.currentTarget;
      const copied = await copy(text());
      button.textContent = copied ? "Copied" : "Not copied";
      say(button.textContent);
      setTimeout(() => button.textContent = label, 2000);
    },
  }, label);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The clipboard is there for secure origins only; an older way is there for all.
    const area = element("textarea", { "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
