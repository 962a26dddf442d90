import ipaddr from "ipaddr.js";

/** Names that lead to this machine or its neighbours, whatever they resolve to. */
const INNER_NAMES = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;

/**
 * Why nothing may be sent to an address; null if it may. Only a public host is allowed, and HTTPS where something is sent, so that nobody can make
 * the install call what only it can reach (server-side request forgery). A name that resolves to a private address is
 * not found out here: Workers reach public addresses only.
 *
 * @param plainHttp for what is only read: HTTP too
 * @param allowLoopback for a machine of a developer: also HTTP, and this machine itself
 * @example
 * addressProblem("http://10.0.0.7/hook", true) // "10.0.0.7 is not a public address (private)"
 */
export function addressProblem(
  address: string,
  allowLoopback: boolean,
  { plainHttp = false }: { plainHttp?: boolean } = {},
): string | null {
  if (!URL.canParse(address)) return "not an address";
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return "the address must not hold a name or password";
  const host = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const isLoopback = host === "localhost" || (ipaddr.isValid(host) && rangeOf(host) === "loopback");
  if (isLoopback && allowLoopback) return /^https?:$/.test(protocol) ? null : "HTTP or HTTPS only";
  if (protocol !== "https:" && !(plainHttp && protocol === "http:"))
    return plainHttp ? "HTTP or HTTPS only" : "HTTPS only";
  if (ipaddr.isValid(host)) {
    const range = rangeOf(host);
    return range === "unicast" ? null : `${host} is not a public address (${range})`;
  }
  return INNER_NAMES.test(host) || !host.includes(".") ? `${host} is not a public name` : null;
}

/** The kind of network that an IP address is of; one of IPv4 in the clothes of IPv6 is taken as what it is. */
function rangeOf(host: string): string {
  return ipaddr.process(host).range();
}
