import { describe, expect, it } from "vitest";
import type { AlertItem } from "../../../domain/messages/alerts.ts";
import { addToDigest } from "../../../domain/outgoing/alerts/digest.ts";
import {
  discordForm,
  mailForm,
  slackForm,
  teamsForm,
  telegramForm,
} from "../../../domain/outgoing/alerts/forms.ts";
import { wordsOf } from "../../../domain/outgoing/alerts/render.ts";

const ITEM: AlertItem = {
  ...{ rule: { id: "r1", name: "Undercut <lamps>" }, seq: 7, at: 0, type: "UNDERCUT", sku: "A-1" },
  ...{ title: "Lamp & shade", competitor: "rival", priority: 1, severity: 0.9, path: "/products/A-1" },
  ...{ text: "rival asks 90.00 EUR, <10 %> below our 100.00 EUR.", currency: "EUR" },
  ...{ oldPrice: "99.00", newPrice: "90.00", ownPrice: "100.00" },
};
const APP = "https://prices.example/";
const words = wordsOf({ kind: "alert", id: "alr_7_r1", item: ITEM }, APP);
const digest = wordsOf(
  {
    kind: "digest",
    id: "dig",
    digest: addToDigest(
      null,
      Array.from({ length: 300 }, () => ITEM),
    ),
  },
  APP,
);
const LINK = "https://prices.example/products/A-1";

describe("a message", () => {
  it("has the old, the new and our price, and a link, in every form", () => {
    const forms = [
      slackForm(words),
      teamsForm(words),
      discordForm(words),
      telegramForm(words, "1"),
      mailForm(words),
    ];
    for (const form of forms)
      for (const part of ["99.00 EUR", "90.00 EUR", "100.00 EUR", LINK])
        expect(JSON.stringify(form)).toContain(part);
  });

  it("of a digest names the most urgent and counts the rest, within each service's limits", () => {
    expect(digest.title).toBe("300 alerts");
    expect(digest.lines).toHaveLength(10);
    expect(slackForm(digest).blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(discordForm(digest)).length).toBeLessThan(6_000);
    expect(telegramForm(digest, "1").text.length).toBeLessThan(4_096);
    expect(JSON.stringify(teamsForm(digest)).length).toBeLessThan(28_000);
  });

  it("cannot be taken for marks, tags or mentions", () => {
    expect(JSON.stringify(slackForm(words))).toContain("&lt;10 %&gt;");
    expect(telegramForm(words, "1").text).toContain("Lamp &amp; shade");
    expect(mailForm(words).html).not.toContain("<10 %>");
    expect(discordForm(words).allowed_mentions).toEqual({ parse: [] });
    const subject = mailForm({ ...words, title: "a\r\nBcc: x@y.example" }).subject;
    expect(subject).toBe("a Bcc: x@y.example");
  });

  it("has no link where the dashboard's address is not known", () => {
    expect(wordsOf({ kind: "alert", id: "x", item: ITEM }, null).link).toBeNull();
    expect(JSON.stringify(slackForm({ ...words, link: null }))).not.toContain("Open in Pricewright");
  });

  it("is what each service takes", () => {
    expect(slackForm(words)).toMatchObject({
      text: expect.stringContaining("UNDERCUT"),
      blocks: [
        { type: "header", text: { type: "plain_text" } },
        { type: "section", text: { type: "mrkdwn" } },
        {},
        {},
      ],
    });
    expect(teamsForm(words)).toMatchObject({
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          content: { type: "AdaptiveCard", version: "1.4", actions: [{ type: "Action.OpenUrl", url: LINK }] },
        },
      ],
    });
    expect(discordForm(words)).toMatchObject({
      embeds: [{ title: expect.any(String), url: LINK, color: 0xc2410c }],
    });
    expect(telegramForm(words, "-100")).toMatchObject({ chat_id: "-100", parse_mode: "HTML" });
  });
});
