/** Node's inspector of the main thread, used from the socket thread; no port is opened for it. */
import { type InspectorNotification, Session } from "node:inspector";

type Params = Readonly<Record<string, unknown>>;

export class MainInspector {
  readonly #session: Session = new Session();

  constructor() {
    this.#session.connectToMainThread();
  }

  /** @throws Error with the inspector's words where it refuses */
  post<T>(method: string, params: Params = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) => {
        // The callback's types know a null only; the inspector gives objects too.
        if (error) reject(new Error(error.message));
        else resolve(result as T);
      });
    });
  }

  on<T>(event: string, listener: (params: T) => void): void {
    this.#session.on(event, (notification: InspectorNotification<T>) => listener(notification.params));
  }

  /** Lets the main thread run on, without breakpoints. */
  close(): void {
    this.#session.disconnect();
  }
}
