// The little of Arduino's core that the example uses, on a host: prints go to standard output.
#ifndef ARDUINO_H
#define ARDUINO_H

#include <cstdint>
#include <cstdio>

struct SerialLine {
    void begin(unsigned long)
    {
    }
    void print(const char *text)
    {
        std::fputs(text, stdout);
    }
    void print(char one)
    {
        std::putchar(one);
    }
    void print(int number)
    {
        std::printf("%d", number);
    }
    template <class T> void println(T value)
    {
        print(value);
        std::putchar('\n');
    }
};
extern SerialLine Serial;

void delay(unsigned long ms);
void delayMicroseconds(unsigned us);

#endif
