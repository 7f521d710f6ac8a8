/** The entry point of the worker threads, which fit models and folds. */
import { perform } from "./run-job";
import { serveJobs } from "./serve-jobs";

serveJobs(perform);
