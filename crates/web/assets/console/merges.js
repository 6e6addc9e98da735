// @ts-check
// Who may be one person, and which companies one firm: what they have in common, and the decision. Nothing is joined by itself.

import { PAGE, call, get, shownOf } from "./api.js";
import { fill, h, reconcile } from "./dom.js";
import { named, t } from "./texts.js";

/** The resource of a kind. @param {string} kind */
const resource = (kind) => (kind === "contact" ? "contacts" : "companies");

/**
 * @param {{fail: (error: unknown) => void, clear: () => void, show: (contact: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function mergesView({ fail, clear, show }) {
  /** @type {any[]} */
  let items = [];
  /** @type {string | undefined} */
  let next;
  let asked = 0;

  const note = h("p", { class: "note", role: "status" });
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => load(next) }, t("more"));
  const hint = h("div", { class: "filters" }, h("p", { class: "note" }, t("merges_hint")));
  const root = h("section", { class: "leads merges away", "aria-label": t("merges") }, hint, note, list, empty, more);

  /** @param {any} proposal */
  async function withNames(proposal) {
    const read = (/** @type {string} */ id) => get(`/${resource(proposal.kind)}/${id}`);
    const [from, into] = await Promise.all([read(proposal.from), read(proposal.into)]);
    return { ...proposal, names: { [proposal.from]: nameOf(from), [proposal.into]: nameOf(into) } };
  }

  /** What somebody is called, or else the end of his id. @param {any} one */
  function nameOf(one) {
    const said = (/** @type {string} */ key) => one.profile?.facts.find((/** @type {any} */ fact) => fact.key === key)?.value;
    const name = one.name ?? said("person") ?? `${t("nameless")} ${one.id.slice(-4).toUpperCase()}`;
    return [name, one.company_name].filter(Boolean).join(" · ");
  }

  /** @param {string} [after] */
  async function load(after) {
    asked += 1;
    const turn = asked;
    try {
      const limit = after === undefined ? shownOf(items) : PAGE;
      const page = await get("/merge-proposals", { limit, after });
      const named = await Promise.all(page.items.map(withNames));
      if (turn !== asked) return;
      items = after === undefined ? named : [...items, ...named];
      next = page.next ?? undefined;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  function draw() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t("no_merges") : "";
    reconcile(list, items, ({ from, into }) => `${from} ${into}`, card);
  }

  /** @param {any} proposal */
  function card(proposal) {
    const { kind, from, into, hints, names } = proposal;
    const one = (/** @type {string} */ id) =>
      h("li", {}, kind === "contact" ? h("button", { class: "plain", type: "button", click: () => show(id) }, names[id]) : names[id]);
    return h(
      "li",
      { class: "lead" },
      h("div", { class: "row-head" }, h("b", {}, named("may_be_one", kind))),
      h("ul", { class: "pair" }, one(into), one(from)),
      h("ul", { class: "signals" }, hints.map((/** @type {any} */ hint) => h("li", {}, `${named("hint", hint.kind)} ${hint.value}`))),
      h("p", { class: "note" }, t("join_opens")),
      h(
        "p",
        { class: "links" },
        h("button", { class: "primary", type: "button", click: () => join(proposal) }, t("join")),
        h("button", { type: "button", click: () => dismiss(proposal) }, t("not_one")),
      ),
    );
  }

  /** @param {any} proposal */
  async function join(proposal) {
    const { kind, from, into, names } = proposal;
    try {
      clear();
      await call("POST", `/${resource(kind)}/${from}/merge`, { into });
      const part = async () => {
        try {
          await call("POST", `/${resource(kind)}/${from}/unmerge`);
          note.replaceChildren();
          await load();
        } catch (error) {
          fail(error);
        }
      };
      fill(note, `${t("joined")} ${names[into]} ← ${names[from]} `, h("button", { class: "plain", type: "button", click: part }, t("part")));
      // Those who are one now may be one with others.
      await load();
    } catch (error) {
      fail(error);
    }
  }

  /** @param {any} proposal */
  async function dismiss({ from, into }) {
    try {
      clear();
      await call("POST", "/merge-proposals/dismiss", { from, into });
      items = items.filter((known) => known.from !== from || known.into !== into);
      draw();
    } catch (error) {
      fail(error);
    }
  }

  // All contacts are read for it: only for who looks at the page.
  let opened = false;
  const open = () => {
    opened = true;
    return load();
  };
  return { root, refresh: () => opened && load(), open, hear: () => {} };
}
