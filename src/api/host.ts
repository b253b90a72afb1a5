// Hosts as they stand in addresses.

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Does `host` mean this machine only? */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(bracketed(host));
}

/** As in a URL: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
