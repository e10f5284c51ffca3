// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#pragma GCC system_header // what is generated is not held to our warnings

#include <tflite_generated.h> // made from tflite.fbs when the program is built
