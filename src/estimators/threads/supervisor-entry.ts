/**
 * The entry point of the supervisor, the thread that starts and watches the workers of a cross-validation. It loads
 * little, since it does no work itself.
 */
import { serveJobs } from "./serve-jobs";
import { supervise } from "./supervise";

serveJobs(supervise);
