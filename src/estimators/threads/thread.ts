/** The entry point of the threads that do the work. */
import { perform } from "./run-job";
import { serveJobs } from "./serve-jobs";

serveJobs(perform);
