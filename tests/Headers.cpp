// SPDX-License-Identifier: GPL-3.0-or-later
/// Never run: the target whose precompiled headers the tests of core share.
int main()
{
    return 0;
}
