import { type PassContext, passToWorker } from "./pass.ts";

export const onRequest = (context: PassContext): Promise<Response> => passToWorker(context);
