import { createRoute, z } from "@hono/zod-openapi";
import { pageOf } from "../../domain/contract/answers.ts";
import {
  MadeUser,
  NamedUserChange,
  NewUser,
  Person,
  SignInLink,
  User,
  UserChange,
} from "../../domain/contract/people.ts";
import { ROLES } from "../../domain/identity/rights.ts";
import { gateOf } from "../../durable/ports.ts";
import type { ServiceContext } from "../../services/context.ts";
import { renewLink } from "../../services/identity/links.ts";
import { endSecondFactor } from "../../services/identity/second-factor.ts";
import {
  changeUser,
  createUser,
  findUser,
  listPeople,
  listUsers,
  USER_LIST,
} from "../../services/identity/users.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentLink, presentUser } from "../presenters/people.ts";

const params = z.object({ id: z.string() });

const listRoute = createRoute({
  method: "get",
  path: "/api/users",
  tags: ["identity"],
  summary: "The people of this install",
  middleware: requireScope("admin"),
  request: { query: listQuery(USER_LIST, { role: z.enum(ROLES).optional() }) },
  responses: jsonReply(200, pageOf(User), "a page of people, by address"),
});

const peopleRoute = createRoute({
  method: "get",
  path: "/api/people",
  tags: ["identity"],
  summary: "The people who can sign in, whom signals can be given to",
  middleware: requireScope("read"),
  responses: jsonReply(200, pageOf(Person), "all of them, by address"),
});

const createUserRoute = createRoute({
  method: "post",
  path: "/api/users",
  tags: ["identity"],
  summary: "Add a person: invited with a one-time link, or with a password",
  middleware: requireScope("admin"),
  request: jsonBody(NewUser),
  responses: jsonReply(201, MadeUser, "the person; the link is shown this once"),
});

const changeRoute = createRoute({
  method: "patch",
  path: "/api/users/{id}",
  tags: ["identity"],
  summary: "Change a person's role or name, deactivate them, or switch a lost second factor off",
  middleware: requireScope("admin"),
  request: { params, ...jsonBody(UserChange) },
  responses: jsonReply(200, User, "the person"),
});

const changeNamedRoute = createRoute({
  method: "patch",
  path: "/api/users",
  tags: ["identity"],
  summary: "The same, for the person that the body names by `id`",
  middleware: requireScope("admin"),
  request: jsonBody(NamedUserChange),
  responses: jsonReply(200, User, "the person"),
});

const linkRoute = createRoute({
  method: "post",
  path: "/api/users/{id}/link",
  tags: ["identity"],
  summary: "A new one-time link: for a lost password, or a lost invitation",
  description: "An older link of the person ends. The password stays valid until the link is used.",
  middleware: requireScope("admin"),
  request: { params },
  responses: jsonReply(201, SignInLink, "the link, shown this once"),
});

export const userRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(USER_LIST, asked);
    const page = await listUsers(requestContext(c), query, asked);
    return c.json(
      presentPage(page, query, ({ user }) => presentUser(user)),
      200,
    );
  })
  .openapi(peopleRoute, async (c) => {
    const people = await listPeople(requestContext(c));
    const items = people.map(({ id, email, name, role }) => ({ id, email, name, role }));
    return c.json({ items, nextCursor: null, total: items.length }, 200);
  })
  .openapi(createUserRoute, async (c) => {
    const { user, link } = await createUser(requestContext(c), gateOf(c.env), c.req.valid("json"));
    const invitation = link && { invitation: presentLink(link, c.req.url) };
    return c.json({ ...presentUser(user), ...invitation }, 201);
  })
  .openapi(changeRoute, async (c) =>
    c.json(await changed(requestContext(c), c.req.valid("param").id, c.req.valid("json")), 200),
  )
  .openapi(changeNamedRoute, async (c) => {
    const { id, ...change } = c.req.valid("json");
    return c.json(await changed(requestContext(c), id, change), 200);
  })
  .openapi(linkRoute, async (c) => {
    const ctx = requestContext(c);
    const link = await renewLink(ctx, await findUser(ctx, c.req.valid("param").id));
    return c.json(presentLink(link, c.req.url), 201);
  });

async function changed(ctx: ServiceContext, id: string, change: z.infer<typeof UserChange>): Promise<User> {
  const { secondFactor, ...rest } = change;
  if (secondFactor === false) await endSecondFactor(ctx, (await findUser(ctx, id)).id);
  return presentUser(
    Object.keys(rest).length > 0 ? await changeUser(ctx, id, rest) : await findUser(ctx, id),
  );
}
