// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Verbs.h"

int main(int argc, char** argv)
{
    using namespace formulens::cli;
    CommandLine line("formulens-cli",
        "Formulens: which formula does a trained network compute, and which outputs depend on which inputs?",
        "Exit codes: 0 done, 1 a check does not hold, 2 usage, file or limit.\n"
        "Names: matched exactly against the file; quote \"...\" what has other than letters, digits and _ . / :\n"
        "@k is the k-th input element, from 1; name[i] and name[i,j] count from 0, without the batch axis.");
    addInfo(line);
    addEvaluate(line);
    addDerive(line);
    addCurve(line);
    addMap(line);
    addSensitivity(line);
    addLogic(line);
    addVerify(line);
    addConvert(line);
    return line.run(argc, argv);
}
