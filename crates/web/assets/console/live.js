// @ts-check
// The live feed. The browser resumes by itself; after a break that it gives up on, everything is read anew.

const KINDS = [
  "message_received",
  "message_sent",
  "turn_completed",
  "owner_changed",
  "conversation_opened",
  "conversation_ended",
  "handoff_requested",
  "lead_changed",
  "knowledge_published",
  "approval_changed",
  "follow_up_changed",
  "profile_edited",
];

/**
 * @typedef {{id: string, kind: string, conversation_id: string | null, contact_id: string | null, message: any, data: any}} LiveEvent
 */

/**
 * @param {{event: (event: LiveEvent) => void, reset: () => void, refused: () => void, state: (open: boolean) => void}} listener
 * @returns {() => void} ends the listening
 */
export function follow(listener) {
  /** @type {EventSource} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let attempt = 0;
  let lost = false;

  function connect() {
    source = new EventSource("/api/v1/events");
    source.addEventListener("open", () => {
      attempt = 0;
      listener.state(true);
      if (lost) listener.reset();
      lost = false;
    });
    source.addEventListener("error", () => {
      listener.state(false);
      if (source.readyState !== EventSource.CLOSED) return;
      // Given up, so the place in the feed is lost; half of the wait is left to chance so that not all come back at once.
      lost = true;
      attempt += 1;
      listener.refused();
      timer = setTimeout(connect, Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + Math.random() / 2));
    });
    source.addEventListener("reset", () => listener.reset());
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => listener.event(JSON.parse(/** @type {MessageEvent} */ (event).data)));
    }
  }

  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
