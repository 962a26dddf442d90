import { createMimeMessage } from "mimetext/browser";
import { keptMails } from "../../db/schema.ts";
import type { MailService, SendContext } from "../outgoing/context.ts";
import { postMessage, type Sent } from "../outgoing/post-message.ts";

/** A mail before it has its sender. */
export interface Mail {
  /** the same each time it is sent, so that a service that knows it sends it once */
  id: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

type MailContext = Pick<SendContext, "db" | "clock" | "allowLoopback" | "mail">;

/** Sends a mail by the install's mail service. Without one it fails, but for a developer's machine, which keeps it. */
export async function sendMail(ctx: MailContext, mail: Mail): Promise<Sent> {
  const { service } = ctx.mail;
  if (service !== null) return ADAPTERS[service.kind](ctx, service, mail);
  if (ctx.mail.isKept) return keepMail(ctx, mail);
  const error = "there is no mail service: set MAIL_KIND, MAIL_URL and MAIL_FROM";
  return { outcome: "failed", status: null, error, ms: 0, askedMs: null };
}

type Adapter = (ctx: MailContext, service: MailService, mail: Mail) => Promise<Sent>;

const ADAPTERS: Record<MailService["kind"], Adapter> = {
  /** a mail API that takes JSON: from, to, subject, text, html, as Resend's does */
  api: (ctx, service, { id, ...mail }) =>
    postMessage(ctx, {
      url: service.url,
      headers: { ...headersOf(service), "idempotency-key": id },
      body: JSON.stringify({ from: service.from, ...mail }),
    }),
  /** a relay that takes the SMTP envelope and the message (RFC 5322) over HTTP, and speaks SMTP itself */
  smtp: (ctx, service, mail) =>
    postMessage(ctx, {
      url: service.url,
      headers: { ...headersOf(service), "idempotency-key": mail.id },
      body: JSON.stringify({
        envelope: { from: addressOf(service.from), to: mail.to },
        message: mimeOf(service, mail),
      }),
    }),
};

function headersOf({ token }: MailService): Record<string, string> {
  return { "content-type": "application/json", ...(token !== null && { authorization: `Bearer ${token}` }) };
}

/** The message as SMTP carries it, with a text and an HTML part. */
function mimeOf({ from }: MailService, { id, to, subject, text, html }: Mail): string {
  const message = createMimeMessage();
  message.setSender(from);
  message.setRecipients(to);
  message.setSubject(subject);
  message.setHeader("Message-ID", `<${id}@pricewright>`);
  message.setHeader("Auto-Submitted", "auto-generated");
  message.addMessage({ contentType: "text/plain", data: text });
  message.addMessage({ contentType: "text/html", data: html });
  return message.asRaw();
}

/** `Pricewright <alerts@shop.example>` → `alerts@shop.example` */
function addressOf(sender: string): string {
  return /<([^>]+)>/.exec(sender)?.[1] ?? sender;
}

async function keepMail({ db, clock }: MailContext, { id: _, ...mail }: Mail): Promise<Sent> {
  await db.insert(keptMails).values({ ...mail, at: clock() });
  return { outcome: "delivered", status: null, error: null, ms: 0, askedMs: null };
}
