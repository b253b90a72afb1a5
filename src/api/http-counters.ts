// What the HTTP side counts of itself, in the words of the Prometheus text format 0.0.4. Series are bounded by the routes.

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export class HttpCounters {
  readonly #requests = new Map<string, number>();
  eventClients = 0;
  eventsSent = 0;
  /** Not sent because a client was too slow to take them. */
  eventsDropped = 0;

  /** `route` is the pattern that matched, undefined where none did. */
  countRequest(method: string, route: string | undefined, status: number): void {
    const known = METHODS.includes(method) ? method : "other";
    const series = `{method="${known}",route="${route ?? "none"}",status="${status}"}`;
    this.#requests.set(series, (this.#requests.get(series) ?? 0) + 1);
  }

  exposition(): string {
    const requests = [...this.#requests].map(([series, count]) => `nautilus_http_requests_total${series} ${count}`);
    return [
      "# HELP nautilus_http_requests_total Requests answered, by method, route and status.",
      "# TYPE nautilus_http_requests_total counter",
      ...requests,
      "# HELP nautilus_http_event_clients Clients that read the event stream.",
      "# TYPE nautilus_http_event_clients gauge",
      `nautilus_http_event_clients ${this.eventClients}`,
      "# HELP nautilus_http_events_sent_total Events handed to clients of the event stream.",
      "# TYPE nautilus_http_events_sent_total counter",
      `nautilus_http_events_sent_total ${this.eventsSent}`,
      "# HELP nautilus_http_events_dropped_total Events that a slow client of the event stream did not get.",
      "# TYPE nautilus_http_events_dropped_total counter",
      `nautilus_http_events_dropped_total ${this.eventsDropped}`,
      "",
    ].join("\n");
  }
}
