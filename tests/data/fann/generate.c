/* SPDX-License-Identifier: GPL-3.0-or-later

   FANN networks, and expected.json: what libfann 2.2.0 computes of them in double precision. Needs libfann-dev:

       cc -o /tmp/generate generate.c -ldoublefann -lm && /tmp/generate

   writes into the folder in which it is started. "/tmp/generate 50" writes the random ones for the seeds 1 to 50. */
#include <doublefann.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum fann_activationfunc_enum functions[] = {FANN_LINEAR, FANN_THRESHOLD, FANN_THRESHOLD_SYMMETRIC,
    FANN_SIGMOID, FANN_SIGMOID_STEPWISE, FANN_SIGMOID_SYMMETRIC, FANN_SIGMOID_SYMMETRIC_STEPWISE, FANN_GAUSSIAN,
    FANN_GAUSSIAN_SYMMETRIC, FANN_ELLIOT, FANN_ELLIOT_SYMMETRIC, FANN_LINEAR_PIECE, FANN_LINEAR_PIECE_SYMMETRIC,
    FANN_SIN_SYMMETRIC, FANN_COS_SYMMETRIC, FANN_SIN, FANN_COS};
enum { functionCount = sizeof(functions) / sizeof(functions[0]) };

static unsigned state;
static FILE *expected;
static const char *comma = "";

static double uniform(double from, double to)
{
    state = state * 1664525u + 1013904223u;
    return from + (to - from) * (state >> 8) / 16777216.0;
}

static void drawWeights(struct fann *net, double size)
{
    unsigned count = fann_get_total_connections(net);
    struct fann_connection *all = malloc(count * sizeof *all);
    fann_get_connection_array(net, all);
    for (unsigned i = 0; i < count; ++i)
        all[i].weight = uniform(-size, size);
    fann_set_weight_array(net, all, count);
    free(all);
}

static void drawFunctions(struct fann *net, unsigned layers, const unsigned *sizes, double least, double most)
{
    for (unsigned layer = 1; layer < layers; ++layer)
        for (unsigned i = 0; i < sizes[layer]; ++i) {
            fann_set_activation_function(net, functions[(unsigned)uniform(0, functionCount)], (int)layer, (int)i);
            fann_set_activation_steepness(net, uniform(least, most), (int)layer, (int)i);
        }
}

static void list(const char *name, const fann_type *values, unsigned count)
{
    fprintf(expected, "\"%s\": [", name);
    for (unsigned i = 0; i < count; ++i)
        fprintf(expected, "%s%.17g", i ? ", " : "", values[i]);
    fprintf(expected, "]");
}

/* The file is written first and what is computed is computed of what is read from it. */
static void write(struct fann *net, const char *name, double size, int isScaled)
{
    char path[64];
    snprintf(path, sizeof path, "%s.net", name);
    fann_save(net, path);
    fann_destroy(net);
    net = fann_create_from_file(path);
    unsigned inputs = fann_get_num_input(net), outputs = fann_get_num_output(net);
    fprintf(expected, "%s\n\"%s\": [", comma, path);
    comma = ",";
    for (int row = 0; row < 6; ++row) {
        fann_type x[16];
        for (unsigned i = 0; i < inputs; ++i)
            x[i] = row == 0 ? 0 : uniform(-size, size);
        fprintf(expected, "%s\n {", row ? "," : "");
        list("in", x, inputs);
        if (isScaled)
            fann_scale_input(net, x);
        fann_type *y = fann_run(net, x);
        if (isScaled)
            fann_descale_output(net, y);
        fprintf(expected, ", ");
        list("out", y, outputs);
        fprintf(expected, "}");
    }
    fprintf(expected, "]");
    fann_destroy(net);
}

/* Each function twice: hidden, and at the output. */
static void allFunctions(void)
{
    const unsigned sizes[] = {3, functionCount, functionCount};
    struct fann *net = fann_create_standard_array(3, sizes);
    drawWeights(net, 0.6);
    for (int layer = 1; layer < 3; ++layer)
        for (int i = 0; i < functionCount; ++i) {
            fann_set_activation_function(net, functions[i], layer, i);
            fann_set_activation_steepness(net, uniform(0.3, 1.6), layer, i);
        }
    write(net, "functions", 3, 0);
}

/* Where the sum times the steepness is cut at 150 / steepness: each function with a steepness between 40 and 200. */
static void steep(void)
{
    const unsigned sizes[] = {2, functionCount, functionCount};
    struct fann *net = fann_create_standard_array(3, sizes);
    drawWeights(net, 0.4);
    for (int layer = 1; layer < 3; ++layer)
        for (int i = 0; i < functionCount; ++i) {
            fann_set_activation_function(net, functions[i], layer, i);
            fann_set_activation_steepness(net, uniform(40, 200), layer, i);
        }
    write(net, "steep", 1, 0);
}

static void farOff(void)
{
    const unsigned sizes[] = {2, 3, 2};
    struct fann *net = fann_create_standard_array(3, sizes);
    drawWeights(net, 1);
    fann_set_activation_function_hidden(net, FANN_LINEAR);
    fann_set_activation_function_output(net, FANN_ELLIOT_SYMMETRIC);
    write(net, "far_off", 1000, 0);
}

/* The library keeps scalings as float and writes six digits of them: both are exact for these. */
static void round64(float *values, unsigned count)
{
    for (unsigned i = 0; i < count; ++i)
        values[i] = roundf(values[i] * 64) / 64;
}

static void scaled(void)
{
    const unsigned sizes[] = {3, 4, 2};
    struct fann *net = fann_create_standard_array(3, sizes);
    drawWeights(net, 1);
    fann_set_activation_function_hidden(net, FANN_SIGMOID_SYMMETRIC);
    fann_set_activation_function_output(net, FANN_LINEAR);
    struct fann_train_data *data = fann_create_train(20, 3, 2);
    for (int row = 0; row < 20; ++row) {
        for (int i = 0; i < 3; ++i)
            data->input[row][i] = uniform(-10, 30);
        for (int i = 0; i < 2; ++i)
            data->output[row][i] = uniform(100, 500);
    }
    fann_set_scaling_params(net, data, -1, 1, -0.5f, 2.5f);
    round64(net->scale_mean_in, 3);
    round64(net->scale_deviation_in, 3);
    round64(net->scale_mean_out, 2);
    round64(net->scale_deviation_out, 2);
    write(net, "scaled", 30, 1);
    fann_destroy_train(data);
}

/* Trained by adding neurons, each a layer of its own that takes from all before it. */
static void cascade(void)
{
    struct fann *net = fann_create_shortcut(2, 2, 1);
    struct fann_train_data *data = fann_create_train(30, 2, 1);
    for (int row = 0; row < 30; ++row) {
        double a = data->input[row][0] = uniform(-1, 1), b = data->input[row][1] = uniform(-1, 1);
        data->output[row][0] = 0.8 * a * b;
    }
    fann_cascadetrain_on_data(net, data, 5, 0, 0.0001f);
    write(net, "cascade", 2, 0);
    fann_destroy_train(data);
}

static void shortcut(void)
{
    const unsigned sizes[] = {3, 2, 4, 2};
    struct fann *net = fann_create_shortcut_array(4, sizes);
    drawWeights(net, 0.8);
    drawFunctions(net, 4, sizes, 0.3, 1.5);
    write(net, "shortcut", 2, 0);
}

static void sparse(const char *name)
{
    const unsigned sizes[] = {4, 6, 5, 2};
    struct fann *net = fann_create_sparse_array(0.5f, 4, sizes);
    drawWeights(net, 1);
    drawFunctions(net, 4, sizes, 0.3, 1.5);
    write(net, name, 2, 0);
}

static void random_(unsigned seed)
{
    unsigned layers = 2 + (unsigned)uniform(0, 4), sizes[6];
    for (unsigned i = 0; i < layers; ++i)
        sizes[i] = 1 + (unsigned)uniform(0, 8);
    const unsigned kind = seed % 3;
    struct fann *net = kind == 0 ? fann_create_standard_array(layers, sizes)
        : kind == 1              ? fann_create_shortcut_array(layers, sizes)
                                 : fann_create_sparse_array(0.6f, layers, sizes);
    drawWeights(net, uniform(0.3, 5));
    drawFunctions(net, layers, sizes, 0.1, seed % 7 == 0 ? 120 : 2);
    char name[32];
    snprintf(name, sizeof name, "random_%u", seed);
    write(net, name, seed % 5 == 0 ? 300 : 2, 0);
}

/* As versions before 2.2 wrote it, with one line of the header or more left out. */
static void older(const char *from, const char *to, const char *magic, const char *without, const char *without2)
{
    char line[1 << 16];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    for (int first = 1; fgets(line, sizeof line, in); first = 0)
        if (first)
            fprintf(out, "%s\n", magic);
        else if (strncmp(line, without, strlen(without)) && strncmp(line, without2, strlen(without2)))
            fputs(line, out);
    fclose(in);
    fclose(out);
}

int main(int argc, char **argv)
{
    state = 2;
    expected = fopen("expected.json", "w");
    fprintf(expected, "{");
    if (argc > 1) {
        for (unsigned seed = 1; seed <= (unsigned)atoi(argv[1]); ++seed) {
            state = seed * 7919;
            random_(seed);
        }
    } else {
        allFunctions();
        steep();
        farOff();
        scaled();
        cascade();
        shortcut();
        srand(1);
        sparse("sparse_2_1");
        state = 5;
        srand(1);
        sparse("sparse_2_0");
        older("sparse_2_1.net", "a.net", "FANN_FLO_2.1", "cascade_min_out_epochs", "cascade_min_cand_epochs");
        rename("a.net", "sparse_2_1.net");
        older("sparse_2_0.net", "a.net", "FANN_FLO_2.0", "cascade_min_", "scale_included");
        rename("a.net", "sparse_2_0.net");
    }
    fprintf(expected, "\n}\n");
    fclose(expected);
    return 0;
}
