/** Node's inspector of the main thread, used from the socket thread; no port is opened for it. */
import { type InspectorNotification, Session } from "node:inspector";

type Params = Readonly<Record<string, unknown>>;

/** A session of the inspector with promises. */
export class MainInspector {
  readonly #session: Session = new Session();

  constructor() {
    this.#session.connectToMainThread();
  }

  /** @throws Error with the inspector's message where it refuses */
  post<T>(method: string, params: Params = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) => {
        // The types of the callback allow only null; the inspector also passes objects.
        if (error) reject(new Error(error.message));
        else resolve(result as T);
      });
    });
  }

  on<T>(event: string, listener: (params: T) => void): void {
    this.#session.on(event, (notification: InspectorNotification<T>) => listener(notification.params));
  }

  /** Removes all breakpoints and lets the main thread run on. */
  close(): void {
    this.#session.disconnect();
  }
}
