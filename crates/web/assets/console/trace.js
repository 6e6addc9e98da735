// @ts-check
// Why an answer is as it is, and what is known of a buyer, each with the message that it came from.

import { h } from "./dom.js";
import { named, t, when } from "./texts.js";

/** @param {unknown} value @returns {string} */
export function compact(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "object") return String(value);
  const record = /** @type {Record<string, any>} */ (value);
  if ("minor" in record && "currency" in record) return money(record.minor, record.currency);
  if ("amount" in record) return [record.amount, record.currency, record.per && `/ ${record.per}`].filter(Boolean).join(" ");
  if ("number" in record) return [record.number, record.unit, record.period].filter(Boolean).join(" ");
  return Object.entries(record)
    .filter(([, inner]) => inner !== null && inner !== undefined)
    .map(([name, inner]) => `${name}: ${compact(inner)}`)
    .join(", ");
}

/** Minor units as the currency writes them: a yen has none. @param {number} minor @param {string} currency */
function money(minor, currency) {
  try {
    const form = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
    return form.format(minor / 10 ** (form.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${minor} ${currency}`;
  }
}

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)}%`;

/** @param {string} id @param {(message: string) => void} point */
function evidence(id, point) {
  return h("button", { type: "button", class: "plain", "aria-label": t("evidence"), title: t("evidence"), click: () => point(id) }, "↗");
}

/** @param {string} title @param {...any} content */
function part(title, ...content) {
  const filled = content.flat(Infinity).filter((piece) => piece !== null && piece !== undefined && piece !== false);
  return filled.length === 0 ? null : [h("dt", {}, title), h("dd", {}, filled)];
}

/** @param {any[]} rows */
const lines = (rows) => (rows.length === 0 ? null : h("ul", {}, rows.map((row) => h("li", {}, row))));

/** @param {any} turn @param {(message: string) => void} point */
export function trace(turn, point) {
  const { understanding, strategy, reply } = turn;
  const intents = understanding.intents.map((/** @type {any} */ intent) => `${intent.name} ${percent(intent.confidence)}`);
  const undecided = (understanding.undecided ?? []).map(
    (/** @type {any} */ intent) => `${intent.name} ${percent(intent.confidence)}`,
  );
  const entities = understanding.entities.map(
    (/** @type {any} */ entity) =>
      `${entity.type} “${entity.text}” → ${entity.negated ? "✗ " : ""}${compact(entity.value ?? entity.candidates)}`,
  );
  const facts = reply.facts.map((/** @type {any} */ fact) => {
    const { type, source, ...rest } = fact;
    return `${type} — ${compact(rest)} (${source})`;
  });
  const passedOver = strategy.passed_over.map((/** @type {any} */ passed) => `${passed.rule}: ${passed.because}`);
  const timings = Object.entries(turn.timings_us).map(([stage, micros]) => `${stage} ${micros} µs`);
  return h(
    "details",
    {},
    h("summary", {}, `${t(reply.kind === "silent" ? "silent" : "trace")} · ${strategy.name} · ${intents[0] ?? ""}`),
    h(
      "dl",
      {},
      part(t("intents"), lines(intents)),
      part(t("undecided"), lines(undecided)),
      part(t("entities"), lines(entities)),
      part(t("strategy"), `${strategy.name} (${t("rule")} ${strategy.rule})`),
      part(t("why"), lines(strategy.why)),
      part(t("passed_over"), lines(passedOver)),
      part(t("facts"), lines(facts)),
      turn.recommendation &&
        part(
          t("recommendation"),
          turn.recommendation.trigger,
          lines(
            turn.recommendation.items.map((/** @type {any} */ item) =>
              [`${item.product} (${item.kind}): ${item.reason}`, ...(item.evidence ?? [])].join(" · "),
            ),
          ),
        ),
      turn.moment &&
        part(
          t("moment"),
          `${named("action", turn.moment.action)} (${named("decider", turn.moment.decided_by)}, ${propensity(turn.moment)})`,
        ),
      turn.lead &&
        part(
          t("lead"),
          `${t("score")} ${turn.lead.score.toFixed(2)} `,
          turn.lead.signals.map((/** @type {any} */ signal) => [
            ` ${signal.name} +${signal.points.toFixed(2)} `,
            evidence(signal.evidence, point),
          ]),
        ),
      turn.handoff && part(t("handoff"), `${turn.handoff.reason}: ${turn.handoff.summary}`),
      part(t("withheld"), lines(reply.withheld ?? [])),
      part(t("stage"), turn.stage),
      part(t("language"), understanding.language),
      part(t("timings"), timings.join(" · ")),
      part(t("revision"), String(turn.revision)),
    ),
  );
}

/** The chance that what was done had. @param {any} moment */
function propensity(moment) {
  const place = ["wait", "ask", "reorder", "discover"].indexOf(moment.action);
  return `${Math.round((moment.propensities[place] ?? 0) * 100)}%`;
}

/** What a remembered fact is called. @param {string} key */
function label(key) {
  const word = named("fact", key);
  if (word !== key) return word;
  const [kind, of] = key.split(/:(.*)/);
  return of !== undefined && ["objection", "preference", "rival"].includes(kind) ? `${t(kind)} ${of}` : key;
}

/** @param {{key: string, value: any}} fact @param {Map<string, string>} industries */
function shown({ key, value }, industries) {
  if (value === true) return t("yes");
  if (key === "industry") return industries.get(value) ?? value;
  if (key === "role" || key === "urgency" || key === "language") return named(key, value);
  if (key === "purchase_scale") return `${[value.number, value.unit].filter(Boolean).join(" ")} / ${named("period", value.period)}`;
  return compact(value);
}

/** How long ago it was said. @param {number} days */
const age = (days) => new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-days, "day");

/**
 * Who set a fact and when, or the way to the message that it came from.
 * @param {any} fact @param {Map<string, string>} agents names by id @param {(message: string) => void} point
 */
function origin(fact, agents, point) {
  if (!fact.evidence.startsWith("agt_")) return evidence(fact.evidence, point);
  return `· ${t("set_by")} ${[agents.get(fact.evidence), when(fact.at)].filter(Boolean).join(" · ")}`;
}

/**
 * @param {any} contact @param {Map<string, string>} industries names by id @param {Map<string, string>} agents names by id
 * @param {(message: string) => void} point
 */
export function profile(contact, industries, agents, point) {
  const { type, tier, message_count, facts } = contact.profile;
  // A refusal that is over stays remembered as false.
  const known = facts.filter((/** @type {any} */ fact) => fact.value !== false);
  const link = contact.company_link && ` · ${named("link", contact.company_link)}`;
  return [
    h(
      "dl",
      {},
      part(t("company"), contact.company_name, contact.company_name && link),
      part(t("customer"), [named("type", type), tier?.toLowerCase() === "vip" ? "VIP" : tier].filter(Boolean).join(" · ")),
      part(t("messages"), String(message_count)),
      known.map((/** @type {any} */ fact) => [
        h("dt", {}, label(fact.key)),
        h("dd", {}, `${shown(fact, industries)} · ${percent(fact.confidence)} · ${age(fact.age_days)} `, origin(fact, agents, point)),
      ]),
    ),
    known.length === 0 && h("p", { class: "empty" }, t("no_facts")),
  ];
}
