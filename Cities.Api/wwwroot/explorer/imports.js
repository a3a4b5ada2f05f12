// The page of imports: what data there is, how fresh, and the history of what the importer did.

import { address, ask, isOutdated, latest } from "./api.js";
import { byId, element, number, say } from "./dom.js";
import { terms } from "./result.js";

const pageSize = 20;
const next = latest();
const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const age = new Intl.RelativeTimeFormat("en", { numeric: "always" });

byId("outcome").addEventListener("change", () => showRuns(firstPage()));
showData();
showRuns(firstPage());

function firstPage() {
  return address("api/v1/imports", { limit: pageSize, outcome: byId("outcome").value });
}

async function showData() {
  try {
    const { version, lastImport, counts, countries } = await ask(address("api/v1/stats"));
    byId("data").replaceChildren(terms([
      ["Version", version ?? "none: no import has completed yet"],
      ["Last import", lastImport && moment(lastImport.finishedAt)],
      ["From", lastImport && (lastImport.source ?? "a folder")],
      ["GeoNames' changes until", lastImport?.changesThrough],
      ["Cities", number(counts.cities)],
      ["Districts", number(counts.districts)],
      ["Countries", number(counts.countries)],
      ["Regions, subregions", `${number(counts.regions)}, ${number(counts.subregions)}`],
      ["Postal codes", number(counts.postalCodes)],
      ["Alternative names", number(counts.alternativeNames)],
    ]));
    byId("countries").replaceChildren(...countries
      .filter(country => country.cities > 0)
      .sort((a, b) => b.cities - a.cities)
      .map(country => row(
        element("a", { href: `./#country=${country.code}` }, country.name), number(country.cities), number(country.population))));
  } catch (error) {
    byId("data").replaceChildren(element("p", { class: "error", role: "alert" }, error.message));
  }
}

/** Shows a page of runs, behind those that are shown or in their place. */
async function showRuns(url, isMore = false) {
  try {
    const page = await ask(url, { signal: next() });
    const rows = page.results.map(run => row(
      `${run.id}`,
      moment(run.finishedAt),
      run.outcome,
      [run.operation, run.countries.length > 0 ? run.countries.join(", ") : "all countries"].join(": "),
      run.source ?? (run.operation === "flush" ? "" : "a folder"),
      `${run.seconds.toFixed(1)} s`,
      run.error ?? changes(run.tables)));
    byId("runs")[isMore ? "append" : "replaceChildren"](...rows);
    byId("more").hidden = page.next === null;
    byId("more").onclick = () => showRuns(new URL(new URL(page.next).search, url), true);
    say(`${page.count} runs`);
  } catch (error) {
    if (!isOutdated(error))
      byId("runs").replaceChildren(element("tr", {}, element("td", { colspan: 7, class: "error", role: "alert" }, error.message)));
  }
}

const row = (...cells) => element("tr", {}, ...cells.map(cell => element("td", {}, cell)));

const changes = tables => tables
  .filter(table => table.inserted + table.updated + table.deleted > 0)
  .map(table => `${table.name}: +${number(table.inserted)} ~${number(table.updated)} −${number(table.deleted)}`)
  .join("; ") || "none";

/** A time, and how long ago that was. */
function moment(text) {
  const at = new Date(text);
  const minutes = (at - Date.now()) / 60_000;
  const [length, unit] = minutes > -120 ? [1, "minute"] : minutes > -2880 ? [60, "hour"] : [1440, "day"];
  return `${time.format(at)} (${age.format(Math.ceil(minutes / length), unit)})`;
}
