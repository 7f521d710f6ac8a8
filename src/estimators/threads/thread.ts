/** What a thread runs that does the work. */
import { perform } from "./run-job";
import { serveJobs } from "./serve-jobs";

serveJobs(perform);
