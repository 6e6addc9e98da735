// @ts-check
// Why an answer is as it is, each part with the message that it came from.

import { h } from "./dom.js";
import { named, t } from "./texts.js";

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
export const percent = (share) => `${Math.round(share * 100)}%`;

/** @param {string} id @param {(message: string) => void} point */
export function evidence(id, point) {
  return h("button", { type: "button", class: "plain", "aria-label": t("evidence"), title: t("evidence"), click: () => point(id) }, "↗");
}

/** @param {string} title @param {...any} content */
export function part(title, ...content) {
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
