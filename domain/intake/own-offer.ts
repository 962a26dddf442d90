/** The parts of a row that say whose offer it is. */
interface Seller {
  competitor: string;
  seller?: string | undefined;
  url?: string | undefined;
}

/**
 * Whether an offer is our own: its seller or competitor is one of our names, or its page is on one of our domains. Case
 * and blanks around a name make no difference.
 */
export function isOwnOffer({ competitor, seller, url }: Seller, ownSellers: readonly string[]): boolean {
  if (ownSellers.length === 0) return false;
  const names = [competitor, seller ?? ""].map(plain);
  const host = hostOf(url);
  return ownSellers.map(plain).some((own) => names.includes(own) || host === own || host.endsWith(`.${own}`));
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}

/** The host of a page; empty if the text is not an address. */
function hostOf(url: string | undefined): string {
  return /^(?:https?:)?\/\/([^/:?#]+)/i.exec(url?.trim() ?? "")?.[1]?.toLowerCase() ?? "";
}
