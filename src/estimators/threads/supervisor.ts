/** The entry point of the thread that looks after the others. It loads little, since it does no work itself. */
import { serveJobs } from "./serve-jobs";
import { supervise } from "./supervise";

serveJobs(supervise);
