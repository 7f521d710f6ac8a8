/** The entry point of the worker threads, which fit models and folds. */
import { runJob } from "./run-job";
import { serveJobs } from "./serve-jobs";

serveJobs(runJob);
