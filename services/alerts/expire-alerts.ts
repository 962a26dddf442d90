import { desc, lt, notInArray } from "drizzle-orm";
import { alertStates, keptMails } from "../../db/schema.ts";
import { REMEMBER_MS } from "../../domain/outgoing/alerts/when.ts";
import type { ServiceContext } from "../context.ts";

const MAILS_KEPT = 200;

/** Forgets what rules told of long ago, and all but the newest mails that were kept. */
export async function expireAlerts({ db, now }: ServiceContext): Promise<void> {
  await db.delete(alertStates).where(lt(alertStates.at, now - REMEMBER_MS));
  const newest = db
    .select({ id: keptMails.id })
    .from(keptMails)
    .orderBy(desc(keptMails.id))
    .limit(MAILS_KEPT);
  await db.delete(keptMails).where(notInArray(keptMails.id, newest));
}
