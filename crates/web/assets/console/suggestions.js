// @ts-check
// What the knowledge could learn from talk: the proposal, who asked and in what words, and the decision.

import { PAGE, call, get, shownOf } from "./api.js";
import { h, reconcile, settled } from "./dom.js";
import { named, t, when } from "./texts.js";

const STATUSES = ["open", "accepted", "dismissed"];

/** Which fields of a proposal a person may write, by its kind: name, word, and whether it is a list of lines. */
const FIELDS = /** @type {Record<string, [string, string, boolean][]>} */ ({
  faq: [
    ["questions", "questions_field", true],
    ["answer", "answer_field", false],
  ],
  alias: [
    ["alias", "alias_field", false],
    ["product", "product_field", false],
  ],
  example: [["examples", "examples_field", true]],
  fact: [["value", "value_field", false]],
});

/**
 * @param {{me: {role: string}, fail: (error: unknown) => void, clear: () => void, show: (conversation: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function suggestionsView({ me, fail, clear, show }) {
  /** @type {any[]} */
  let items = [];
  /** @type {string | undefined} */
  let next;
  const decides = ["manager", "admin"].includes(me.role);

  const status = h(
    "select",
    { "aria-label": t("status"), change: () => load() },
    STATUSES.map((name) => h("option", { value: name }, named("suggestion", name))),
  );
  const look = h("button", { type: "button", click: () => find() }, t("find_suggestions"));
  const note = h("p", { class: "note", role: "status" });
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => load(next) }, t("more"));
  const root = h(
    "section",
    { class: "leads suggestions away", "aria-label": t("suggestions") },
    h("div", { class: "filters" }, status, decides && look, note),
    list,
    empty,
    more,
  );

  let asked = 0;

  /** @param {string} [after] */
  async function load(after) {
    asked += 1;
    const turn = asked;
    try {
      const limit = after === undefined ? shownOf(items) : PAGE;
      const page = await get("/knowledge/suggestions", { status: status.value, limit, after });
      if (turn !== asked) return;
      items = after === undefined ? page.items : [...items, ...page.items];
      next = page.next ?? undefined;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  async function find() {
    look.disabled = true;
    try {
      clear();
      await call("POST", "/knowledge/suggestions/refresh");
      await load();
    } catch (error) {
      fail(error);
    } finally {
      look.disabled = false;
    }
  }

  function draw() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t("no_suggestions") : "";
    // What is being written stays: a card is made anew only when its suggestion changes.
    reconcile(list, items, (item) => `${item.id} ${item.updated_at}`, card);
  }

  /** @param {any} item */
  function card(item) {
    const { proposal } = item;
    const about = [proposal.product, proposal.field && named("field", proposal.field), proposal.intent].filter(Boolean).join(" · ");
    /** @type {Record<string, () => unknown>} */
    const values = {};
    const inputs = (FIELDS[proposal.kind] ?? []).map(([name, word, isList]) => {
      const id = `${item.id}-${name}`;
      const value = isList ? (proposal[name] ?? []).join("\n") : (proposal[name] ?? "");
      const tall = isList || name === "answer";
      const input = tall ? h("textarea", { id, rows: 3, maxlength: 4000 }) : h("input", { id, maxlength: 4000 });
      input.value = value;
      input.readOnly = item.status !== "open" || !decides;
      values[name] = () => (isList ? input.value.split("\n").map((/** @type {string} */ line) => line.trim()).filter(Boolean) : input.value.trim());
      const label = proposal.kind === "fact" ? named("field", proposal.field) : t(/** @type {"value_field"} */ (word));
      return [h("label", { for: id }, label), input];
    });
    const evidence = h(
      "details",
      {},
      h("summary", {}, `${t("buyers_words")} (${item.messages})`),
      h(
        "ul",
        { class: "cases" },
        item.evidence.map((/** @type {any} */ one) =>
          h(
            "li",
            {},
            h("button", { type: "button", class: "plain", click: () => show(one.conversation_id) }, `${one.text} · ${when(one.at)}`),
          ),
        ),
      ),
    );
    const form = h(
      "form",
      {
        class: "reason",
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          decide(item, "accept", Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value()])));
        },
      },
      inputs.flat(),
      item.status === "open" && decides && h("button", { class: "primary", type: "submit" }, t("accept_suggestion")),
      item.status === "open" &&
        decides &&
        h("button", { class: "plain", type: "button", click: () => decide(item, "dismiss") }, t("dismiss_suggestion")),
    );
    return h(
      "li",
      { class: "lead", id: item.id },
      h("div", { class: "row-head" }, h("b", {}, named("proposal", proposal.kind)), h("span", { class: "badge" }, `${item.buyers} ${t("buyers_asked")}`)),
      about !== "" && h("p", { class: "summary" }, about),
      form,
      evidence,
      item.revision !== null && h("p", { class: "note" }, `${t("published_as")} ${item.revision}`),
    );
  }

  /** @param {any} item @param {"accept" | "dismiss"} what @param {object} [body] */
  async function decide(item, what, body) {
    try {
      clear();
      const decided = await call("POST", `/knowledge/suggestions/${item.id}/${what}`, body);
      note.textContent = decided.revision === null ? "" : `${t("published_as")} ${decided.revision}`;
      items = items.filter((known) => known.id !== item.id);
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const soon = settled(400, () => load());
  return {
    root,
    refresh: () => load(),
    hear(event) {
      if (event.kind === "knowledge_published") soon();
    },
  };
}
