// The explorer: puts its parts together. One selection at a time is shown: a city, a point or an area.

import { createArea, showArea } from "./area.js";
import { showCity } from "./city.js";
import { byId } from "./dom.js";
import { createFilter } from "./filter.js";
import { createMap, drawSelection } from "./map.js";
import { showPoint } from "./point.js";
import { clear } from "./result.js";
import { createSearch } from "./search.js";
import { createSession } from "./session.js";
import { onChange, state } from "./state.js";

const map = createMap("map");
createSession();
createSearch();
createFilter(map);
createArea(map);
onChange(changed => {
  if (["city", "point", "area", "lang"].some(key => changed.has(key)))
    showSelection();
});
map.once("load", showSelection);
// What can be done with a selection, and what is said of it, may be other than before.
for (const event of ["session", "edited"])
  addEventListener(event, showSelection);

// On a phone the filter would take the room of what was found.
if (matchMedia("(max-width: 44rem)").matches)
  byId("filter").open = false;

function showSelection() {
  if (state.city)
    showCity(state.city);
  else if (state.point)
    showPoint(state.point);
  else if (state.area)
    showArea(state.area);
  else {
    clear();
    drawSelection([]);
  }
}
