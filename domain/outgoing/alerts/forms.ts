import type { AlertWords } from "./render.ts";

/** Where each service cuts or refuses a message; kept well below it. */
const SLACK_FIELDS_MAX = 10;
const TEXT_MAX = 1_500;
const DISCORD_FIELDS_MAX = 25;
const URGENT = 0xc2410c;
const CALM = 0x2563eb;

const cut = (text: string, max = TEXT_MAX) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** Slack's mrkdwn takes three characters as marks (docs.slack.dev, "Formatting message text"). */
const slackText = (text: string) =>
  cut(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** An incoming webhook of Slack: blocks, and `text` for notifications. */
export function slackForm({ title, text, facts, lines, link }: AlertWords) {
  const section = (body: string) => ({ type: "section", text: { type: "mrkdwn", text: body } });
  const fields = facts
    .slice(0, SLACK_FIELDS_MAX)
    .map(([name, value]) => ({ type: "mrkdwn", text: `*${slackText(name)}*\n${slackText(value)}` }));
  const named = lines.map((line) => {
    const words = slackText(cut(line.text, 250));
    return line.link === null ? `• ${words}` : `• <${line.link}|${words}>`;
  });
  return {
    text: slackText(`${title}: ${text}`),
    blocks: [
      { type: "header", text: { type: "plain_text", text: cut(title, 150) } },
      section(slackText(text)),
      ...(fields.length > 0 ? [{ type: "section", fields }] : []),
      ...named.map(section),
      ...(link === null ? [] : [section(`<${link}|Open in Pricewright>`)]),
    ],
  };
}

/** A webhook of Microsoft Teams (Workflows): one adaptive card. */
export function teamsForm({ title, text, facts, lines, link, urgent }: AlertWords) {
  const block = (words: string, more: object = {}) => ({
    type: "TextBlock",
    text: cut(words),
    wrap: true,
    ...more,
  });
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(title, { size: "Medium", weight: "Bolder", color: urgent ? "Attention" : "Default" }),
      block(text),
      ...(facts.length > 0
        ? [
            {
              type: "FactSet",
              facts: facts.map(([name, value]) => ({ title: name, value: cut(value, 250) })),
            },
          ]
        : []),
      ...lines.map((line) => block(`- ${cut(line.text, 250)}`, { spacing: "Small" })),
    ],
    ...(link === null
      ? {}
      : { actions: [{ type: "Action.OpenUrl", title: "Open in Pricewright", url: link }] }),
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}

/** A webhook of Discord: one embed, and nobody is mentioned whatever a title says. */
export function discordForm({ title, text, facts, lines, link, urgent }: AlertWords) {
  const named = lines.map((line) => `• ${cut(line.text, 200)}`).join("\n");
  return {
    username: "Pricewright",
    allowed_mentions: { parse: [] },
    embeds: [
      {
        ...{ title: cut(title, 250), description: cut(named === "" ? text : `${text}\n${named}`, 4_000) },
        ...(link !== null && { url: link }),
        color: urgent ? URGENT : CALM,
        fields: facts
          .slice(0, DISCORD_FIELDS_MAX)
          .map(([name, value]) => ({ name: cut(name, 250), value: cut(value, 1_000), inline: true })),
      },
    ],
  };
}

const htmlText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** `sendMessage` of Telegram's Bot API, in its HTML. */
export function telegramForm({ title, text, facts, lines, link }: AlertWords, chatId: string) {
  const rows = [
    `<b>${htmlText(cut(title, 250))}</b>`,
    htmlText(cut(text)),
    ...facts.map(([name, value]) => `${htmlText(name)}: <b>${htmlText(cut(value, 200))}</b>`),
    ...lines.map((line) => `• ${htmlText(cut(line.text, 200))}`),
    ...(link === null ? [] : [`<a href="${htmlText(link)}">Open in Pricewright</a>`]),
  ];
  return {
    ...{ chat_id: chatId, text: rows.join("\n"), parse_mode: "HTML" },
    link_preview_options: { is_disabled: true },
  };
}

/** A mail, as text and as HTML. */
export function mailForm({ title, text, facts, lines, link }: AlertWords) {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#555">${htmlText(name)}</td><td><b>${htmlText(value)}</b></td></tr>`,
  );
  const items = lines.map((line) => {
    const words = htmlText(line.text);
    return `<li>${line.link === null ? words : `<a href="${htmlText(line.link)}">${words}</a>`}</li>`;
  });
  const open = link === null ? "" : `<p><a href="${htmlText(link)}">Open in Pricewright</a></p>`;
  return {
    subject: cut(title.replaceAll(/\s+/g, " "), 200),
    text: [
      text,
      "",
      ...facts.map(([name, value]) => `${name}: ${value}`),
      ...lines.map((line) => `- ${line.text}${line.link === null ? "" : ` ${line.link}`}`),
      ...(link === null ? [] : ["", link]),
    ].join("\n"),
    html:
      `<!doctype html><html><body style="font-family:sans-serif;font-size:14px"><h2 style="font-size:16px">` +
      `${htmlText(title)}</h2><p>${htmlText(text)}</p><table>${rows.join("")}</table>` +
      `${items.length > 0 ? `<ul>${items.join("")}</ul>` : ""}${open}</body></html>`,
  };
}
