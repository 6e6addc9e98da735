// @ts-check
// The knowledge: what the folder would change, what that would do to the conversations that there were, and publishing it.

import { call, get } from "./api.js";
import { fill, h } from "./dom.js";
import { named, t, when } from "./texts.js";

/** How many of the newest conversations are decided anew. */
const REPLAYED = 200;
const COUNTED = ["replies", "prices", "handoffs", "recommendations", "scores", "approvals", "strategies"];

/**
 * @param {{fail: (error: unknown) => void, clear: () => void, show: (conversation: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function knowledgeView({ fail, clear, show }) {
  const state = h("p", { class: "note" });
  const compare = h("button", { type: "button", class: "plain", click: () => run(compare, showDifferences) }, t("compare_folder"));
  const replay = h("button", { type: "button", class: "plain", click: () => run(replay, showReplay) }, t("replay"));
  const publish = h("button", { type: "button", class: "primary", disabled: true, click: () => run(publish, publishFolder) }, t("publish"));
  const found = h("div", { class: "findings", "aria-live": "polite" });
  const root = h(
    "section",
    { class: "knowledge", "aria-label": t("knowledge") },
    h("div", { class: "filters" }, compare, replay, publish),
    state,
    h("p", { class: "note" }, t("knowledge_hint")),
    found,
  );

  async function refresh() {
    try {
      const [current, revisions] = await Promise.all([get("/knowledge"), get("/knowledge/revisions", { limit: "1" })]);
      const newest = revisions.items[0];
      const at = newest ? ` · ${when(newest.published_at)} · ${newest.origin}` : "";
      state.textContent = `${t("revision")} ${current.revision}${at} · ${current.products} ${t("products")}`;
    } catch (error) {
      fail(error);
    }
  }

  /** One thing at a time. @param {HTMLButtonElement} button @param {() => Promise<void>} work */
  async function run(button, work) {
    clear();
    const buttons = [compare, replay, publish];
    const before = buttons.map(({ disabled }) => disabled);
    for (const one of buttons) one.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      await work();
      compare.disabled = false;
      replay.disabled = false;
    } catch (error) {
      buttons.forEach((one, index) => {
        one.disabled = before[index];
      });
      fail(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async function showDifferences() {
    const { revision, differences, sound, problems } = await call("POST", "/knowledge/diff", {});
    publish.disabled = !sound || differences.length === 0;
    fill(
      found,
      problems.length > 0 && h("ul", { class: "problems" }, problems.map((/** @type {string} */ problem) => h("li", {}, h("pre", {}, problem)))),
      h("h2", {}, differences.length === 0 ? t("nothing_differs") : `${differences.length} ${t("differences_from")} ${revision}`),
      h("ul", { class: "differences" }, differences.map(difference)),
    );
  }

  /** @param {{path: string, before: string | null, after: string | null}} one */
  function difference({ path, before, after }) {
    return h(
      "li",
      {},
      h("code", {}, path),
      before !== null && h("del", {}, before),
      after !== null && h("ins", {}, after),
    );
  }

  async function showReplay() {
    const report = await call("POST", "/knowledge/replay", { conversations: REPLAYED });
    publish.disabled = report.changed.turns === 0;
    const { turns, conversations, changed, changed_conversations: talks, reproduced } = report;
    fill(
      found,
      h("h2", {}, changed.turns === 0 ? t("nothing_would_change") : `${changed.turns} / ${turns} ${t("turns_would_change")}`),
      h(
        "p",
        { class: "note" },
        `${conversations} ${t("replayed_conversations")} · ${talks} ${t("changed_conversations")} · `,
        `${t("reproduced")} ${reproduced.exactly} / ${reproduced.of}`,
      ),
      counts(changed),
      report.by_rule.map((/** @type {any} */ pair) =>
        h(
          "details",
          { class: "lead", open: report.by_rule.length === 1 },
          h("summary", {}, pair.rule_before === pair.rule_after ? pair.rule_before : `${pair.rule_before} → ${pair.rule_after}`, ` · ${pair.changed.turns}`),
          counts(pair.changed),
          pair.examples.map(example),
        ),
      ),
    );
  }

  /** @param {Record<string, number>} changed */
  function counts(changed) {
    const parts = COUNTED.filter((name) => changed[name] > 0).map((name) => h("li", {}, `${named("change", name)} ${changed[name]}`));
    if (changed.following > 0) parts.push(h("li", {}, `${t("following")} ${changed.following}`));
    return h("ul", { class: "signals" }, parts);
  }

  /** @param {any} one */
  function example(one) {
    return h(
      "article",
      { class: "example" },
      h("p", { class: "note" }, when(one.at), one.following && ` · ${t("following")}`, " ",
        h("button", { type: "button", class: "plain", click: () => show(one.conversation_id) }, t("to_conversation"))),
      h("p", {}, h("b", {}, `${t("buyer")}: `), one.text),
      side("del", one.before),
      side("ins", one.after),
    );
  }

  /** @param {string} tag @param {any} outcome */
  function side(tag, outcome) {
    const more = [
      outcome.strategy,
      outcome.handoff && `${t("handoff")}: ${named("reason", outcome.handoff)}`,
      outcome.score !== null && `${t("score")} ${outcome.score.toFixed(2)}`,
      ...outcome.prices,
      ...outcome.recommendation,
    ];
    return h("p", { class: "told" }, h(tag, {}, outcome.reply || t("silent")), h("small", {}, more.filter(Boolean).join(" · ")));
  }

  async function publishFolder() {
    const { published, knowledge } = await call("POST", "/knowledge/reload");
    publish.disabled = true;
    fill(found, h("h2", {}, published ? `${t("published_as")} ${knowledge.revision}` : t("nothing_differs")));
    await refresh();
  }

  refresh();
  return {
    root,
    refresh,
    hear: (event) => {
      if (event.kind === "knowledge_published") refresh();
    },
  };
}
