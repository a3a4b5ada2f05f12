// Who is signed in: by an API key or a token, which the API is sent with each request.

import { address, ask, identification, signWith } from "./api.js";
import { byId, element, say } from "./dom.js";

/** @type {?{name: string, role: string}} */
let user = null;

/** Whether cities can be corrected: the role is an editor's, or an administrator's. */
export const mayEdit = () => ["editor", "admin"].includes(user?.role);

export async function createSession() {
  byId("session").addEventListener("click", () => user ? leave() : open());
  byId("corrections").addEventListener("click", async () => (await import("./edit.js")).showCorrections());
  if (Object.keys(identification()).length > 0)
    await enter().catch(leave);
}

/** Asks the API who it is that has signed in. */
async function enter() {
  user = await ask(address("api/v1/admin/me"));
  showUser();
}

function leave() {
  signWith(null);
  user = null;
  showUser();
}

function showUser() {
  const button = byId("session");
  button.textContent = user ? "Sign out" : "Sign in";
  button.title = user ? `${user.name} (${user.role})` : "";
  byId("corrections").hidden = !mayEdit();
  say(user ? `Signed in as ${user.name}, ${user.role}` : "Signed out");
  dispatchEvent(new Event("session"));
}

function open() {
  const input = element("input", { id: "credential", type: "password", autocomplete: "off", required: true, class: "wide" });
  const problem = element("p", { class: "error", role: "alert", hidden: true });
  const form = element("form", { class: "fields" },
    element("label", { for: "credential" }, "API key or token"), input,
    element("div", { class: "buttons wide" },
      element("button", {}, "Sign in"),
      element("button", { type: "button", onclick: () => dialog.close() }, "Cancel")));
  const dialog = openDialog("Sign in", form, problem);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    signWith(input.value.trim());
    try {
      await enter();
      dialog.close();
    } catch (error) {
      signWith(null);
      problem.textContent = error.message;
      problem.hidden = false;
    }
  });
}

/** Opens a dialog, which is gone when it is closed. */
export function openDialog(title, ...parts) {
  const dialog = element("dialog", { "aria-labelledby": "dialog-title", onclose: () => dialog.remove() },
    element("h2", { id: "dialog-title" }, title), ...parts);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
