/** What a thread runs that does the work. */
import { perform } from "./perform";
import { serveJobs } from "./serve-jobs";

serveJobs(perform);
