// Requests of the API, each as it can be copied.

import { copyButton, element } from "./dom.js";

const base = new URL("..", import.meta.url);

/** The address of a path with parameters; those without a value are left out. */
export function address(path, parameters = {}) {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "")
      url.searchParams.set(name, value);
  }
  // A comma may stand in a query, where it is easier to read and to copy.
  url.search = url.search.replaceAll("%2C", ",");
  return url;
}

/** What somebody has signed in with: an API key or a token, for as long as the tab is open. */
const stored = "credential";

export function signWith(credential) {
  if (credential)
    sessionStorage.setItem(stored, credential);
  else
    sessionStorage.removeItem(stored);
}

/** The header that says who asks, if anybody has signed in. */
export function identification() {
  const credential = sessionStorage.getItem(stored);
  return credential === null ? {}
    : credential.startsWith("cities_") ? { "X-Api-Key": credential }
    : { Authorization: `Bearer ${credential}` };
}

/** Sends a request, and throws what the API says is wrong with it. */
export async function send(url, { signal, body, method = body ? "POST" : "GET", type = "application/geo+json", headers } = {}) {
  const who = identification();
  const response = await fetch(url, {
    signal,
    method,
    body: body && JSON.stringify(body),
    // Who changes something wants to see it at once.
    cache: Object.keys(who).length > 0 ? "no-cache" : "default",
    // Names are asked for by lang: without it they are the places' own, whatever the browser prefers.
    headers: { "Accept-Language": "*", ...(body && { "Content-Type": type }), ...who, ...headers },
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const details = Object.values(problem.errors ?? {}).flat().join(" ");
    throw new Error(details || problem.detail || problem.title || `The API answered ${response.status}.`);
  }
  return response;
}

export const ask = async (url, options) => (await send(url, options)).json();

/** Gives a signal for each request, and cancels the one before. */
export function latest() {
  let controller;
  return () => {
    controller?.abort();
    controller = new AbortController();
    return controller.signal;
  };
}

/** Whether a request was cancelled because another took its place. */
export const isOutdated = error => error.name === "AbortError";

/** Shows a request, to be copied as curl and as C#. */
export function requestDetails(url, body) {
  const json = body && JSON.stringify(body);
  const curl = () => json
    ? `curl '${url}' -H 'Content-Type: application/geo+json' -d '${json}'`
    : `curl '${url}'`;
  const relative = url.href.slice(base.href.length);
  const csharp = () => [
    "using System.Net.Http.Json;",
    "using System.Text.Json.Nodes;",
    "",
    `using var http = new HttpClient { BaseAddress = new Uri("${base}") };`,
    ...(json
      ? [
        `using var area = new StringContent("""${json}""", null, "application/geo+json");`,
        `using var response = await http.PostAsync("${relative}", area);`,
        "var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();",
      ]
      : [`var answer = await http.GetFromJsonAsync<JsonNode>("${relative}");`]),
  ].join("\n");
  return element("details", { class: "request" },
    element("summary", {}, "The request of the API"),
    element("pre", {}, `${body ? "POST" : "GET"} ${url}${json ? `\n${json}` : ""}`),
    element("div", { class: "buttons" }, copyButton("Copy as curl", curl), copyButton("Copy as C#", csharp)));
}
