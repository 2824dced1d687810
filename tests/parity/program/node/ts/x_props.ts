export class HttpError extends Error {
  readonly status: number;
  readonly body: { code: string; hints: string[] };
  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.body = { code: 'E1', hints: ['a {', 'b }'] };
  }
}
const call = (path: string): never => { throw new HttpError(502, `GET ${path}: bad gateway`); };
setTimeout(() => call('/rates'), 1);
