/** What the thread runs that looks after others. It loads little, as it does no work itself. */
import { serveJobs } from "./serve-jobs";
import { supervise } from "./supervise";

serveJobs(supervise);
