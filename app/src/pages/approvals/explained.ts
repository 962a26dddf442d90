import type { ProposalDetail } from "../../../../domain/contract/decisions.ts";

/** A price with the explanation of how it was chosen: of a proposal, or of any decision. */
export type Explained = Pick<ProposalDetail, "currency" | "from" | "to" | "explanation">;
