/*
 * A parse and the threads that work for it. Work is handed out by number; nobody waits for anybody, and what
 * comes of it must be the same in whatever order it was done.
 */
#include "base/interrupt.h"
#include "dbt/parse/parse.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_THREADS = 8, MOST_AT_ONCE = 16, STACK = 8 << 20 };
/* Steps of rendering: for a whole project (some ten seconds), the least that a piece of work has when they
 * are spent, how many pieces must be able to take what one may, and how many are worked at between two
 * counts. And the bytes that a template may leave behind in names and configs. */
enum { PROJECT_STEPS = 640000000, LEAST_STEPS = 16384, PIECES_LEFT = 64, SHARE = 128 };
enum { MOST_KEPT = 16 << 20, LEAST_KEPT = 256 << 10 };

/* ---- one reading ---- */

static unsigned count_cores(void) {
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : (unsigned)count;
}

/* "1.10.23" → 110, "2.0" → 200. The rules of the newest dbt 1 hold where nothing else is said. */
static int parse_version(int *out, const char *text, floe_error *error) {
    unsigned major = 1, minor = 12;
    if (text && (sscanf(text, "%3u.%3u", &major, &minor) != 2 || major < 1 || minor > 99)) {
        return floe_error_set(error, FLOE_INVALID, "'%s' is no version of dbt, such as 1.10", text);
    }
    *out = (int)(major * 100 + minor);
    return 0;
}

/* Each thread's document is made here, the same number of them whatever the machine: the numbers of documents
 * do not tell how many threads there were. */
static int make_documents(floe_parse *parse, floe_error *error) {
    floe_document *documents[MOST_THREADS + 1];
    for (size_t i = 0; i <= MOST_THREADS; i++) {
        int result = floe_document_new(&documents[i], parse->store, FLOE_FACTS, "sources", error);
        if (result) {
            return result;
        }
    }
    parse->document = documents[0];
    parse->arena = documents[0]->arena;
    parse->problem_texts = documents[MOST_THREADS];
    for (unsigned i = 0; i < parse->thread_count; i++) {
        parse->threads[i] = (floe_parse_thread){.parse = parse,
                                                .number = i,
                                                .document = documents[i],
                                                .arena = documents[i]->arena,
                                                .scratch = floe_arena_new(0)};
        if (!parse->threads[i].scratch) {
            return floe_error_memory(error);
        }
    }
    return 0;
}

/* ---- what rendering may cost ---- */

/* What is left for one piece of work: a power of two, so that it changes seldom. */
static uint64_t allowed_for_one(const floe_parse *parse) {
    uint64_t allowed = LEAST_STEPS;
    while (allowed <= parse->left / PIECES_LEFT / 2) {
        allowed *= 2;
    }
    return allowed;
}

void floe_parse_count_steps(floe_parse_thread *thread) {
    if (thread->rendering) {
        uint64_t spent = floe_jinja_spent(thread->run) + (floe_arena_used(thread->arena) - thread->kept) / 4;
        thread->spent += spent;
        thread->allowed -= spent < thread->allowed ? spent : thread->allowed;
        thread->rendering = false;
    }
}

void floe_parse_bound_steps(floe_parse_thread *thread) {
    thread->rendering = true;
    thread->kept = floe_arena_used(thread->arena);
    floe_jinja_allow(thread->run, thread->allowed > LEAST_STEPS ? thread->allowed : LEAST_STEPS);
}

int floe_parse_check_kept(floe_parse_thread *thread, floe_jinja_run *run, size_t more) {
    size_t most = MOST_KEPT < thread->allowed ? MOST_KEPT : thread->allowed;
    most = most < LEAST_KEPT ? LEAST_KEPT : most;
    return floe_arena_used(thread->arena) - thread->kept + more <= most
               ? 0
               : floe_jinja_fail(run, FLOE_LIMIT,
                                 "the names and configs that the template gives take more "
                                 "than %zu bytes",
                                 most);
}

static void settle_steps(floe_parse *parse) {
    for (unsigned i = 0; i < parse->thread_count; i++) {
        uint64_t spent = parse->threads[i].spent;
        parse->left -= spent < parse->left ? spent : parse->left;
        parse->threads[i].spent = 0;
    }
    parse->threads[0].allowed = allowed_for_one(parse); /* for what is rendered between */
}

int floe_parse_new(floe_parse **out, floe_store *store, const floe_parse_options *options,
                   floe_error *error) {
    floe_parse *parse = calloc(1, sizeof *parse);
    if (!parse) {
        return floe_error_memory(error);
    }
    pthread_mutex_init(&parse->lock, NULL);
    parse->options = options;
    parse->store = store;
    parse->error = error;
    parse->left = PROJECT_STEPS;
    parse->thread_count = options->threads ? options->threads : count_cores();
    parse->thread_count = parse->thread_count < MOST_THREADS ? parse->thread_count : MOST_THREADS;
    parse->threads = calloc(parse->thread_count, sizeof *parse->threads);
    int result = parse->threads ? 0 : floe_error_memory(error);
    result = result ? result : parse_version(&parse->dbt, options->dbt, error);
    result = result ? result : make_documents(parse, error);
    if (!result) {
        settle_steps(parse);
    }
    if (result) {
        floe_parse_free(parse);
        return result;
    }
    *out = parse;
    return 0;
}

static void free_node(floe_parse_node *node) {
    free(node->calls.items);
    free(node->settings.items);
    free((void *)node->macros.items);
    free(node->doubts.items);
    free((void *)node->depends_on.items);
    free((void *)node->conditional.items);
}

void floe_parse_free(floe_parse *parse) {
    if (!parse) {
        return;
    }
    if (parse->release) {
        parse->release(parse);
    }
    for (size_t i = 0; i < parse->nodes.count; i++) {
        free_node(parse->nodes.items[i]);
    }
    for (size_t i = 0; i < parse->macros.count; i++) {
        free((void *)parse->macros.items[i]->calls.items);
        free((void *)parse->macros.items[i]->named.items);
    }
    for (unsigned i = 0; parse->threads && i < parse->thread_count; i++) {
        floe_arena_free(parse->threads[i].scratch);
    }
    free(parse->packages.items);
    free(parse->files.items);
    free(parse->macros.items);
    free(parse->docs.items);
    free(parse->nodes.items);
    free(parse->problems.items);
    free(parse->threads);
    pthread_mutex_destroy(&parse->lock);
    free(parse);
}

int floe_parse_check_memory(floe_parse_thread *thread) {
    bool failed = thread->starved || floe_arena_failed(thread->arena) || floe_arena_failed(thread->scratch);
    return failed ? floe_error_memory(&thread->error) : 0;
}

/* ---- work ---- */

typedef struct work {
    int (*step)(floe_parse_thread *thread, size_t index);
    size_t count, at_once; /* `count`: the index behind the last */
    atomic_size_t next;
    atomic_size_t failed; /* the lowest index that failed; `count` while there is none */
    uint64_t allowed;     /* steps of rendering for each index */
    pthread_mutex_t lock; /* of the two below */
    int result;
    floe_error error;
} work;

typedef struct team team;

typedef struct worker {
    team *team;
    work *work;
    floe_parse_thread *thread;
    pthread_t id;
} worker;

/* Threads that take part in one share of work after the other. Whoever comes while a share is open works at
 * it; nobody waits for those that come too late. */
struct team {
    worker workers[MOST_THREADS]; /* the first is the thread that is here */
    unsigned started;             /* beside it */
    pthread_mutex_t lock;         /* of all below */
    pthread_cond_t opened, left;
    unsigned share; /* its number */
    bool open, over;
    unsigned busy; /* threads that are at work on the share */
};

static void record_failure(work *w, const floe_parse_thread *thread, size_t index, int result) {
    pthread_mutex_lock(&w->lock);
    if (index < atomic_load(&w->failed)) {
        atomic_store(&w->failed, index);
        w->result = result;
        w->error = thread->error;
        w->error.code = (floe_code)result;
        if (result == FLOE_MEMORY) {
            floe_error_memory(&w->error);
        }
    }
    pthread_mutex_unlock(&w->lock);
}

/* Indices are handed out in their order, so when one fails all below it are taken care of: each of them is
 * still done, and the lowest failure is always the same. */
static void do_work(worker *me) {
    work *w = me->work;
    for (size_t first; (first = atomic_fetch_add(&w->next, w->at_once)) < w->count;) {
        size_t end = first + w->at_once < w->count ? first + w->at_once : w->count;
        for (size_t i = first; i < end && i < atomic_load(&w->failed); i++) {
            me->thread->error = (floe_error){0};
            me->thread->allowed = w->allowed;
            int result = floe_interrupt_check(&me->thread->error);
            result = result ? result : w->step(me->thread, i);
            result = result ? result : floe_parse_check_memory(me->thread);
            floe_parse_count_steps(me->thread);
            if (result) {
                record_failure(w, me->thread, i, result);
                break;
            }
        }
        if (first >= atomic_load(&w->failed)) {
            break;
        }
    }
}

/* The life of a thread beside the one that is here. */
static void *take_part(void *argument) {
    worker *me = argument;
    team *self = me->team;
    unsigned seen = 0;
    pthread_mutex_lock(&self->lock);
    while (!self->over) {
        if (!self->open || self->share == seen) {
            pthread_cond_wait(&self->opened, &self->lock);
            continue;
        }
        seen = self->share;
        self->busy++;
        pthread_mutex_unlock(&self->lock);
        do_work(me);
        pthread_mutex_lock(&self->lock);
        if (--self->busy == 0) {
            pthread_cond_signal(&self->left);
        }
    }
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/* Starts threads beside the one that is here. Where none can be had, the work is done all the same. */
static void start_team(team *self, work *w, floe_parse *parse, size_t count) {
    unsigned wanted = count < parse->thread_count ? (unsigned)count : parse->thread_count;
    *self = (team){0};
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->opened, NULL);
    pthread_cond_init(&self->left, NULL);
    for (unsigned i = 0; i < wanted; i++) {
        self->workers[i] = (worker){.team = self, .work = w, .thread = &parse->threads[i]};
    }
    pthread_attr_t attributes;
    if (wanted < 2 || pthread_attr_init(&attributes)) {
        return;
    }
    pthread_attr_setstacksize(&attributes, STACK);
    while (self->started + 1 < wanted) {
        worker *next = &self->workers[self->started + 1];
        if (pthread_create(&next->id, &attributes, take_part, next)) {
            break;
        }
        self->started++;
    }
    pthread_attr_destroy(&attributes);
}

static void end_team(team *self) {
    pthread_mutex_lock(&self->lock);
    self->over = true;
    pthread_cond_broadcast(&self->opened);
    pthread_mutex_unlock(&self->lock);
    for (unsigned i = 1; i <= self->started; i++) {
        pthread_join(self->workers[i].id, NULL);
    }
    pthread_mutex_destroy(&self->lock);
    pthread_cond_destroy(&self->opened);
    pthread_cond_destroy(&self->left);
}

/* Works at a share with all who come. */
static void work_together(team *self) {
    pthread_mutex_lock(&self->lock);
    self->share++;
    self->open = true;
    pthread_cond_broadcast(&self->opened);
    pthread_mutex_unlock(&self->lock);
    do_work(&self->workers[0]);
    pthread_mutex_lock(&self->lock);
    self->open = false;
    while (self->busy) {
        pthread_cond_wait(&self->left, &self->lock);
    }
    pthread_mutex_unlock(&self->lock);
}

/* A few at once, so that the counter is not what all wait for, and so few that all threads end together. */
static size_t share_of(size_t count, unsigned threads) {
    size_t share = count / ((size_t)threads * 16);
    return share < 1 ? 1 : share > MOST_AT_ONCE ? MOST_AT_ONCE : share;
}

/* ---- sharing it out ---- */

/* Does the work in shares of at most `size`; `between` is called before each of them. */
static int do_each(floe_parse *parse, size_t count, size_t size, void (*between)(floe_parse *parse),
                   int (*step)(floe_parse_thread *thread, size_t index)) {
    work w = {.step = step};
    team self;
    if (!count) {
        return 0;
    }
    pthread_mutex_init(&w.lock, NULL);
    start_team(&self, &w, parse, count);
    for (size_t first = 0; first < count && !w.result; first += size) {
        between(parse);
        w.count = count - first < size ? count : first + size;
        w.at_once = share_of(w.count - first, parse->thread_count);
        w.allowed = allowed_for_one(parse);
        atomic_store(&w.next, first);
        atomic_store(&w.failed, w.count);
        work_together(&self);
    }
    end_team(&self);
    pthread_mutex_destroy(&w.lock);
    if (w.result && parse->error) {
        *parse->error = w.error;
    }
    return w.result;
}

static void do_nothing(floe_parse *parse) {
    (void)parse;
}

static void count_share(floe_parse *parse) {
    floe_parse_count_steps(&parse->threads[0]);
    settle_steps(parse);
}

int floe_parse_each(floe_parse *parse, size_t count, int (*step)(floe_parse_thread *thread, size_t index)) {
    return do_each(parse, count, count, do_nothing, step);
}

int floe_parse_render_each(floe_parse *parse, size_t count,
                           int (*step)(floe_parse_thread *thread, size_t index)) {
    int result = do_each(parse, count, SHARE, count_share, step);
    settle_steps(parse);
    return result;
}
