// @ts-check
// A page of cards: filtered by status, read in pages, drawn anew when the live feed tells of a change.

import { PAGE, get, shownOf } from "./api.js";
import { h, reconcile, settled } from "./dom.js";
import { named, t } from "./texts.js";

/**
 * @typedef {{
 *   view: import("./app.js").View,
 *   changed: (item: any) => void,
 *   drop: () => void,
 *   ask: (of: Question) => void,
 * }} Cards
 */

/**
 * @typedef {{
 *   item: any,
 *   card: HTMLElement,
 *   label: string,
 *   verb: string,
 *   send: (reason: string) => void,
 *   cancelled?: () => void,
 * }} Question
 */

/**
 * `name` is that of the page, of its texts and of its resource in the API; `kind` that of the statuses' texts. `card` makes the element
 * of an item and is called again only when `key` changes, so that an open choice stays open.
 * @param {{
 *   name: string,
 *   kind: string,
 *   statuses: string[],
 *   first?: string,
 *   event: string,
 *   key: (item: any) => string,
 *   card: (item: any) => HTMLElement,
 *   fail: (error: unknown) => void,
 * }} of
 * @returns {Cards}
 */
export function cards({ name, kind, statuses, first = "", event, key, card, fail }) {
  /** @type {any[]} */
  let items = [];
  /** @type {string | undefined} */
  let next;
  /** The item whose reason is being written: nothing is drawn anew under the writer's hands. @type {string | null} */
  let writing = null;

  const status = h(
    "select",
    { "aria-label": t("status"), change: () => refresh() },
    h("option", { value: "" }, t("all")),
    statuses.map((status) => h("option", { value: status, selected: status === first }, named(kind, status))),
  );
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => load(next) }, t("more"));
  const root = h("section", { class: "leads away", "aria-label": t(name) }, h("div", { class: "filters" }, status), list, empty, more);

  let asked = 0;

  /** @param {string} [after] */
  async function load(after) {
    asked += 1;
    const turn = asked;
    try {
      const limit = after === undefined ? shownOf(items) : PAGE;
      const page = await get(`/${name}`, { status: status.value, limit, after });
      if (turn !== asked) return;
      items = after === undefined ? page.items : [...items, ...page.items];
      next = page.next ?? undefined;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const refresh = () => {
    if (writing === null) load();
  };

  function draw() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t(`no_${name}`) : "";
    reconcile(list, items, key, card);
  }

  function drop() {
    writing = null;
    for (const form of list.querySelectorAll("form.asked")) form.remove();
  }

  /** Puts an item in the place of the one with its id. @param {any} item */
  function changed(item) {
    drop();
    items = items.map((known) => (known.id === item.id ? item : known));
    draw();
  }

  /** Asks for a reason below a card. @param {Question} of */
  function ask({ item, card, label, verb, send, cancelled }) {
    drop();
    writing = item.id;
    const reason = h("input", { id: `reason-${item.id}`, required: true, maxlength: 500 });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      send(reason.value.trim());
    };
    const cancel = () => {
      drop();
      cancelled?.();
      refresh();
    };
    card.append(
      h(
        "form",
        { class: "reason asked", submit },
        h("label", { for: reason.id }, label),
        reason,
        h("button", { class: "primary", type: "submit" }, verb),
        h("button", { class: "plain", type: "button", click: cancel }, t("cancel")),
      ),
    );
    reason.focus();
  }

  const soon = settled(400, refresh);
  const hear = (/** @type {import("./live.js").LiveEvent} */ told) => {
    if (told.kind === event) soon();
  };
  return { view: { root, refresh, hear }, changed, drop, ask };
}
