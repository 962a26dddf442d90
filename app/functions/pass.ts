/** What the functions need of their context: the request and the service binding to the Worker. */
export interface PassContext {
  request: Request;
  env: { API: { fetch(request: Request): Promise<Response> } };
}

/** Hands the request to the Worker as it came (WebSocket upgrades included) and its answer back as it is. */
export function passToWorker(context: PassContext): Promise<Response> {
  return context.env.API.fetch(context.request);
}
